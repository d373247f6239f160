package dev.parity.ascend.internal.ops;

import dev.parity.ascend.internal.cann.DataType;
import dev.parity.ascend.internal.cann.Device;
import dev.parity.ascend.internal.cann.Stream;
import dev.parity.spi.BackendException;
import dev.parity.spi.Command;
import dev.parity.spi.Handles;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a stream is given, in order, with the memory that it needs. It may be issued again and again until this is
/// closed. Made, issued and closed on the thread of the stream.
public final class Commands implements AutoCloseable {
    private final Resources resources;
    private final List<Command> commands = new ArrayList<>();
    private final Handles operators = new Handles();
    private final Handles handles = new Handles();
    private final List<Piece> pieces = new ArrayList<>();
    private final List<Piece> used = new ArrayList<>();
    private final Map<Constant, View> constants = new HashMap<>();
    private String reason = "";

    /// Starts an empty list.
    ///
    /// @param resources of the rank
    public Commands(Resources resources) {
        this.resources = resources;
    }

    /// Memory on the device.
    ///
    /// @param device whose it is
    /// @param address where
    /// @param bytes how many
    private record Piece(Device device, long address, long bytes) implements AutoCloseable {
        @Override
        public void close() {
            device.free(address);
        }
    }

    /// Numbers that never change.
    ///
    /// @param type of each
    /// @param shape extents
    /// @param values row-major
    private record Constant(DataType type, List<Integer> shape, List<Float> values) {}

    /// Says what the following commands are for. What was scratch before may be used anew: one command follows the
    /// other.
    ///
    /// @param node named in errors
    public void reason(Object node) {
        reason = node.toString();
        pieces.addAll(used);
        used.clear();
    }

    /// Returns the stream.
    ///
    /// @return that is given the commands
    public Stream stream() {
        return resources.stream();
    }

    Resources resources() {
        return resources;
    }

    private Device device() {
        return stream().device();
    }

    /// Takes memory that keeps its content until the next node.
    View scratch(DataType type, List<Integer> shape) {
        long bytes = Math.max(1, (long) View.size(shape) * type.bytes());
        Piece piece = pieces.stream()
                .filter(each -> each.bytes() >= bytes)
                .min(Comparator.comparingLong(Piece::bytes))
                .orElse(null);
        if (piece == null) {
            piece = piece(bytes);
        } else {
            pieces.remove(piece);
        }
        used.add(piece);
        return View.of(piece.address(), type, shape);
    }

    private Piece piece(long bytes) {
        return handles.add(new Piece(device(), device().allocate(bytes), bytes));
    }

    /// Takes memory that lives as long as this.
    ///
    /// @param bytes at least 1
    /// @return its address
    public long memory(long bytes) {
        return piece(bytes).address();
    }

    /// Makes a tensor of numbers that never change.
    View constant(DataType type, List<Integer> shape, List<Float> values) {
        return constants.computeIfAbsent(new Constant(type, shape, values), constant -> {
            int bytes = values.size() * type.bytes();
            View view = View.of(memory(bytes), type, shape);
            resources.upload(view.address(), bytes, buffer -> {
                for (float value : values) {
                    switch (type) {
                        case FLOAT -> buffer.putFloat(value);
                        case FLOAT16 -> buffer.putShort(Float.floatToFloat16(value));
                        case BF16 -> buffer.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
                        case INT32, UINT8, DOUBLE, BOOL ->
                            throw new IllegalArgumentException("no constants of " + type);
                    }
                }
            });
            return view;
        });
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

    /// Adds an operator.
    ///
    /// @param name of aclnn
    /// @param arguments as [Descriptors] takes them
    void call(String name, Object... arguments) {
        try {
            Operator operator = operators.add(new Operator(resources, name, arguments));
            add(name, operator::issue);
        } catch (BackendException failure) {
            throw new BackendException("%s failed: %s".formatted(reason, failure.getMessage()), failure);
        }
    }

    /// Adds a copy on the device.
    ///
    /// @param from source
    /// @param to destination
    /// @param bytes how many
    public void copy(long from, long to, long bytes) {
        add("copying %d bytes".formatted(bytes), () -> stream().copy(from, to, bytes));
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

    /// Takes back what was added, but for the memory and the handles; the stream has done it.
    public void forget() {
        commands.clear();
        operators.close();
        reason("");
    }

    @Override
    public void close() {
        commands.clear();
        stream().settle(); // memory is freed at once
        operators.close();
        handles.close();
    }
}
