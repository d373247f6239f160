package dev.parity.fakeascend;

import static org.assertj.core.api.Assertions.assertThat;

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
    void argumentsArrive(String function) {
        FakeAscend.Echo echo =
                fake.echo(function, Npu.descriptor(fake.signatures().get(function)));
        assertThat(echo.arrived()).isEqualTo(echo.sent());
        assertThat(echo.returned()).isEqualTo(FakeAscend.Echo.RETURNED);
    }
}
