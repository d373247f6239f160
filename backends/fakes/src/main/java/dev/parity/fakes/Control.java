package dev.parity.fakes;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Sets and reads the state of a fake through functions of its library: `PREFIX_set`, `PREFIX_read` and others.
public final class Control {
    private static final Linker LINKER = Linker.nativeLinker();

    private final SymbolLookup library;
    private final String prefix;

    /// Opens the library for as long as the process lives.
    ///
    /// @param library that has the functions
    /// @param prefix of their names
    @SuppressWarnings("restricted") // the fake is native code
    public Control(Path library, String prefix) {
        this.library = SymbolLookup.libraryLookup(library, Arena.global());
        this.prefix = prefix;
    }

    /// Sets something.
    ///
    /// @param name of the setting
    /// @param value as text
    /// @throws IllegalArgumentException if the fake cannot read it
    public void set(String name, String value) {
        try (Arena arena = Arena.ofConfined()) {
            MethodHandle set = function(
                    "set", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS));
            int status = (int) set.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value));
            if (status != 0) {
                throw new IllegalArgumentException("setting %s cannot be %s".formatted(name, value));
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new LinkageError(prefix + "_set", e);
        }
    }

    /// Calls a function without arguments.
    ///
    /// @param name behind the prefix
    public void call(String name) {
        try {
            function(name, FunctionDescriptor.ofVoid()).invokeExact();
        } catch (Throwable e) {
            throw new LinkageError(prefix + "_" + name, e);
        }
    }

    /// Reads a text.
    ///
    /// @param what such as `log`
    /// @return all of it
    public String read(String what) {
        MethodHandle read = function(
                "read",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
        for (long size = 1 << 16; ; ) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment buffer = arena.allocate(size);
                long length = (long) read.invokeExact(arena.allocateFrom(what), buffer, size);
                if (length <= size) {
                    return new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
                }
                size = 2 * length; // the text may grow in the meantime
            } catch (Throwable e) {
                throw new LinkageError(prefix + "_read", e);
            }
        }
    }

    /// Reads lines of fields.
    ///
    /// @param what such as `live`
    /// @return the fields of each line
    public Stream<String[]> fields(String what) {
        return read(what).lines().map(line -> line.split("\t", -1));
    }

    /// Reads what has not been given back.
    ///
    /// @return all live objects, in no particular order
    public List<Live> live() {
        return fields("live")
                .map(fields -> new Live(fields[0], fields[1], Long.parseLong(fields[2])))
                .toList();
    }

    /// Reads counters.
    ///
    /// @return counters by name
    public Map<String, Long> counts() {
        return fields("counts")
                .collect(Collectors.toMap(
                        fields -> fields[0], fields -> Long.parseLong(fields[1]), Long::sum, TreeMap::new));
    }

    /// Finds a function.
    ///
    /// @param name behind the prefix
    /// @param descriptor of its type
    /// @return its handle
    @SuppressWarnings("restricted") // the fake is native code
    public MethodHandle function(String name, FunctionDescriptor descriptor) {
        return LINKER.downcallHandle(library.find(prefix + "_" + name).orElseThrow(), descriptor);
    }
}
