package dev.parity.ascend.internal.ops;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.parity.ascend.internal.cann.Cann;
import dev.parity.ascend.internal.cann.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// An operator of aclnn with its arguments, to be run any number of times on one stream. Where the library lets an
/// executor be used again, the first phase is done once.
final class Operator implements AutoCloseable {
    private final Resources resources;
    private final String name;
    private final List<Object> arguments;
    private final Descriptors descriptors;
    private final Object[] described;
    private final boolean repeats;
    private long workspace;
    /// NULL if the second phase has taken it.
    private MemorySegment executor = MemorySegment.NULL;

    Operator(Resources resources, String name, Object... arguments) {
        this.resources = resources;
        this.name = name;
        this.arguments = List.of(arguments);
        descriptors = new Descriptors(cann());
        try {
            described =
                    Arrays.copyOf(this.arguments.stream().map(descriptors::of).toArray(), arguments.length + 2);
            prepare();
            repeats = cann().call("aclSetAclOpExecutorRepeatable", executor) == 0;
        } catch (RuntimeException | Error failure) {
            close();
            throw failure;
        }
    }

    private Device device() {
        return resources.stream().device();
    }

    private Cann cann() {
        return device().cann();
    }

    /// The first phase: checks the arguments, and tells how much memory the second one needs.
    private void prepare() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment size = arena.allocate(JAVA_LONG);
            MemorySegment made = arena.allocate(ADDRESS);
            described[described.length - 2] = size;
            described[described.length - 1] = made;
            String function = name + "GetWorkspaceSize";
            device().checked(cann().call(function, described), "%s of %s".formatted(function, text()));
            workspace = size.get(JAVA_LONG, 0);
            executor = made.get(ADDRESS, 0);
        }
        resources.reserve(workspace);
    }

    /// Describes the arguments for a message.
    private String text() {
        return arguments.stream()
                .map(argument -> argument instanceof View view ? view.type() + "" + view.shape() : argument.toString())
                .collect(Collectors.joining(", "));
    }

    /// The second phase: gives the work to the stream.
    void issue() {
        if (executor.equals(MemorySegment.NULL)) {
            prepare();
        }
        MemorySegment used = executor;
        if (!repeats) {
            executor = MemorySegment.NULL; // the second phase frees it
        }
        MemorySegment memory = workspace == 0 ? MemorySegment.NULL : Cann.pointer(resources.workspace());
        device().check(name, memory, workspace, used, resources.stream().handle());
    }

    @Override
    public void close() {
        if (!executor.equals(MemorySegment.NULL)) {
            device().freed("aclDestroyAclOpExecutor", executor);
            executor = MemorySegment.NULL;
        }
        descriptors.close();
    }
}
