package dev.parity.fakeascend;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.UnionLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SignaturesTest extends FakeTest {
    /// One function of each type.
    static Stream<String> functions() {
        load();
        Map<String, String> each = fake.signatures().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey, (first, _) -> first));
        return each.values().stream().sorted();
    }

    @Test
    void lettersAreThoseOfThePrototypes() {
        // as the C compiler of CANN has them: argument for argument from the documented prototypes
        assertThat(fake.signatures())
                .containsEntry("aclrtMalloc", "I(AJI)")
                .containsEntry("aclrtMemcpyAsync", "I(AJAJIA)")
                .containsEntry("aclCreateTensor", "A(AJIAJIAJA)")
                .containsEntry("aclnnMatmulGetWorkspaceSize", "I(AAABAA)")
                .containsEntry("aclnnConvolutionGetWorkspaceSize", "I(AAAAAAZAJABAA)")
                .containsEntry("aclnnConvolutionBackwardGetWorkspaceSize", "I(AAAAAAAZAIABAAAAA)")
                .containsEntry("aclnnAdd", "I(AJAA)")
                .containsEntry("HcclSetConfig", "I(I{I})")
                .containsEntry("HcclAllReduce", "I(AAJIIAA)");
    }

    @ParameterizedTest
    @MethodSource("functions")
    @SuppressWarnings("restricted") // the fake is native code
    void argumentsArrive(String function) throws Throwable {
        FunctionDescriptor descriptor = Npu.descriptor(fake.signatures().get(function));
        List<Object> arguments = new ArrayList<>();
        List<String> expected = new ArrayList<>(List.of(fake.signatures().get(function)));
        try (Arena arena = Arena.ofConfined()) {
            for (MemoryLayout layout : descriptor.argumentLayouts()) {
                int value = 17 * (arguments.size() + 1) % 100;
                arguments.add(argument(arena, layout, value));
                expected.add(layout.equals(ValueLayout.JAVA_BOOLEAN) ? "1" : Integer.toString(value));
            }
            Object result = Linker.nativeLinker()
                    .downcallHandle(fake.echo(function), descriptor)
                    .invokeWithArguments(arguments);
            assertThat(fake.echoed()).isEqualTo(expected);
            long returned = result instanceof MemorySegment address ? address.address() : ((Number) result).longValue();
            assertThat(returned).isEqualTo(123456789);
        }
    }

    private static Object argument(Arena arena, MemoryLayout layout, int value) {
        if (layout instanceof UnionLayout) {
            return arena.allocateFrom(ValueLayout.JAVA_INT, value);
        }
        return switch (layout) {
            case java.lang.foreign.AddressLayout _ -> MemorySegment.ofAddress(value);
            case ValueLayout.OfLong _ -> (long) value;
            case ValueLayout.OfByte _ -> (byte) value;
            case ValueLayout.OfBoolean _ -> true;
            case ValueLayout.OfFloat _ -> (float) value;
            case ValueLayout.OfDouble _ -> (double) value;
            default -> value;
        };
    }
}
