package dev.parity.ascend.internal.cann;

import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/// Finds a C function; a test may answer with a method of Java.
@FunctionalInterface
public interface Lookup {
    /// Finds a function.
    ///
    /// @param name as the library exports it
    /// @param type result and arguments
    /// @return a handle of that type, or nothing if no library has it
    Optional<MethodHandle> find(String name, FunctionDescriptor type);
}
