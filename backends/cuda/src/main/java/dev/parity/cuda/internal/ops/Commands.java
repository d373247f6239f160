package dev.parity.cuda.internal.ops;

import dev.parity.cuda.internal.driver.Arguments;
import dev.parity.cuda.internal.driver.DeviceMemory;
import dev.parity.cuda.internal.driver.Kernel;
import dev.parity.cuda.internal.driver.Stream;
import dev.parity.spi.Command;
import dev.parity.spi.ElementType;
import dev.parity.spi.Handles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// What a stream is given, in order, with the memory that it needs. It may be issued again and again until
/// this is closed.
public final class Commands implements AutoCloseable {
    /// Threads of a block where a kernel does not fix them.
    private static final int THREADS = 128;
    /// More blocks than any device runs at once; kernels stride over what is left.
    private static final int BLOCKS = 4096;

    private final Stream stream;
    private final List<Command> commands = new ArrayList<>();
    private final List<Arguments> arguments = new ArrayList<>();
    private final Handles handles = new Handles();
    private final List<Long> scratch = new ArrayList<>();
    private String reason = "";

    /// Starts an empty list.
    ///
    /// @param stream that is given them
    public Commands(Stream stream) {
        this.stream = stream;
    }

    /// Says what the following commands are for.
    ///
    /// @param node named in errors
    public void reason(Object node) {
        reason = node.toString();
    }

    /// Returns the stream.
    ///
    /// @return that is given the commands
    public Stream stream() {
        return stream;
    }

    private DeviceMemory memory() {
        return stream.device().memory();
    }

    /// Takes memory that lives as long as this.
    ///
    /// @param bytes at least 1
    /// @return its address
    public long scratch(long bytes) {
        long address = memory().allocate(bytes);
        scratch.add(address);
        return address;
    }

    /// Hands over what is closed with this.
    ///
    /// @param handle such as an event
    /// @return the same handle
    /// @param <H> its class
    public <H extends AutoCloseable> H own(H handle) {
        return handles.add(handle);
    }

    /// Adds anything.
    ///
    /// @param text for messages
    /// @param work gives it to the stream
    public void add(String text, Runnable work) {
        commands.add(new Command(reason, text, work));
    }

    /// Adds a launch.
    ///
    /// @param file of the kernel
    /// @param type that the file is compiled for
    /// @param name of the kernel
    /// @param geometry blocks and threads
    /// @param values arguments, as [Arguments] takes them
    public void launch(String file, ElementType type, String name, Kernel.Geometry geometry, Object... values) {
        Kernel kernel = stream.device().kernels().find(file, type, name);
        Arguments laid = new Arguments(List.of(values));
        arguments.add(laid);
        add(kernel.name() + geometry, () -> kernel.launch(stream, geometry, laid));
    }

    /// Adds a launch of one thread for each of n elements.
    ///
    /// @param file of the kernel
    /// @param type that the file is compiled for
    /// @param name of the kernel
    /// @param n elements, at least 1
    /// @param values arguments but the last one, which is n
    public void forEach(String file, ElementType type, String name, int n, Object... values) {
        List<Object> all = new ArrayList<>(List.of(values));
        all.add(n);
        launch(file, type, name, Kernel.Geometry.of(blocks(n), THREADS), all.toArray());
    }

    /// Returns how many blocks of 128 threads have one thread an element.
    ///
    /// @param n elements
    /// @return at least 1, at most as many as are worth it
    static int blocks(int n) {
        return Math.clamp((n + THREADS - 1) / THREADS, 1, BLOCKS);
    }

    /// Adds a filling with zero bytes.
    ///
    /// @param address where
    /// @param bytes how many
    public void clear(long address, long bytes) {
        add("clearing %d bytes".formatted(bytes), () -> stream.clear(address, bytes));
    }

    /// Adds a copy on the device.
    ///
    /// @param from source
    /// @param to destination
    /// @param bytes how many
    public void copy(long from, long to, long bytes) {
        add("copying %d bytes".formatted(bytes), () -> stream.copy(from, to, bytes));
    }

    /// Returns what was added.
    ///
    /// @return in order; a view
    public List<Command> list() {
        return Collections.unmodifiableList(commands);
    }

    /// Gives all to the stream.
    public void issue() {
        commands.forEach(Command::issue);
    }

    /// Takes back what was added, but for the memory and the handles.
    public void forget() {
        arguments.forEach(Arguments::close);
        arguments.clear();
        commands.clear();
    }

    @Override
    public void close() {
        handles.close();
        scratch.forEach(memory()::free);
        scratch.clear();
        forget();
    }
}
