package dev.parity.ascend.internal.cann;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.parity.fakeascend.FakeAscend;
import dev.parity.fakeascend.Layout;
import dev.parity.spi.BackendException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class PrototypesTest {
    /// Independent source: the prototypes of the fake's C headers, spelt out by its C++ templates.
    @Test
    void everyDescriptorIsThatOfTheHeader() {
        FakeAscend.missing().ifPresent(reason -> assumeTrue(false, reason));
        Map<String, String> header = FakeAscend.load(Layout.CANN_9).signatures();
        assertThat(Prototypes.all())
                .hasSizeGreaterThan(100)
                .allSatisfy((name, prototype) ->
                        assertThat(prototype.type()).as(name).isEqualTo(header.get(name)));
    }

    /// One function of each type: what the descriptor sends is what C gets.
    @Test
    void everyDescriptorCarriesItsArguments() {
        FakeAscend.missing().ifPresent(reason -> assumeTrue(false, reason));
        FakeAscend fake = FakeAscend.load(Layout.CANN_9);
        Map<String, Prototype> types = Prototypes.all().values().stream()
                .collect(Collectors.toMap(Prototype::type, Function.identity(), (first, _) -> first));
        assertThat(types).hasSizeGreaterThan(30).allSatisfy((type, prototype) -> {
            FakeAscend.Echo echo = fake.echo(prototype.name(), prototype.descriptor());
            assertThat(echo.arrived()).as(type).isEqualTo(echo.sent());
            assertThat(echo.returned()).as(type).isEqualTo(FakeAscend.Echo.RETURNED);
        });
    }

    private static Cann answering(int code, String text) {
        return new Cann(
                (name, type) -> Optional.of(MethodHandles.dropArguments(
                        MethodHandles.constant(
                                type.returnLayout().orElseThrow().byteSize() == Integer.BYTES
                                        ? int.class
                                        : MemorySegment.class,
                                name.equals("aclGetRecentErrMsg")
                                        ? Arena.global().allocateFrom(text)
                                        : code),
                        0,
                        type.toMethodType().parameterList())),
                "stand-ins");
    }

    @Test
    void aFailureHasFunctionCodeNameAndTheLibrarysText() {
        Cann cann = answering(207_001, "EL0004: out of memory");
        assertThatThrownBy(() -> cann.check("aclrtFree", MemorySegment.NULL))
                .isInstanceOf(BackendException.class)
                .hasMessageStartingWith("aclrtFree: ACL_ERROR_RT_MEMORY_ALLOCATION")
                .hasMessageContaining("(207001)")
                .hasMessageContaining("EL0004: out of memory");
    }

    @Test
    void aFunctionThatNoLibraryHasIsNamed() {
        Cann cann = new Cann((_, _) -> Optional.empty(), "libnone.so");
        assertThatThrownBy(() -> cann.check("aclrtFree", MemorySegment.NULL))
                .isInstanceOf(BackendException.class)
                .hasMessage("the libraries (libnone.so) have no aclrtFree I(A)");
    }

    @Test
    void aUnionByValueIsOneArgument() {
        FunctionDescriptor type = new Prototype("HcclSetConfig", "I(I{I})").descriptor();
        assertThat(type.argumentLayouts()).hasSize(2);
        assertThat(type.argumentLayouts().getLast().byteSize()).isEqualTo(4);
    }
}
