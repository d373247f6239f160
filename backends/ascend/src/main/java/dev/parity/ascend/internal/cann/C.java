package dev.parity.ascend.internal.cann;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// The C library's view of this process.
@SuppressWarnings("restricted") // a C function is called
final class C {
    private C() {}

    /// Reads a variable as libraries see it, which is not as this process was started if one of them has set it.
    ///
    /// @param name of the variable
    /// @return empty if it is not set
    static String environment(String name) {
        Linker linker = Linker.nativeLinker();
        MethodHandle getenv = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("getenv"), FunctionDescriptor.of(ADDRESS, ADDRESS));
        try (Arena arena = Arena.ofConfined()) {
            return Cann.text((MemorySegment) getenv.invokeExact(arena.allocateFrom(name)));
        } catch (Throwable failure) {
            throw new IllegalStateException("cannot call getenv", failure); // C throws nothing
        }
    }
}
