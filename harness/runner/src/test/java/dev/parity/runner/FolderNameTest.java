package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class FolderNameTest {
    @Test
    void aPlainRunHasTheScenariosName() {
        assertThat(FolderName.of("moe-cifar", Optional.empty(), List.of())).isEqualTo("moe-cifar");
    }

    @Test
    void aFaultAndOverridesAreSpeltOut() {
        assertThat(FolderName.of("moe-cifar", Optional.of("learning-rate=2"), List.of("study.seeds=3")))
                .isEqualTo("moe-cifar+learning-rate=2+study.seeds=3");
    }

    // printf 'data.directory=../a b' | sha256sum
    @Test
    void whatIsNoFileNameIsReplacedAndHashed() {
        assertThat(FolderName.of("x", Optional.empty(), List.of("data.directory=../a b")))
                .isEqualTo("x+data.directory=.._a_b+6954e784");
        assertThat(FolderName.of("x", Optional.empty(), List.of("a=1+b=2")))
                .isNotEqualTo(FolderName.of("x", Optional.empty(), List.of("a=1", "b=2")));
    }

    @Test
    void aLongNameIsCutAndStillItsOwn() {
        String one = FolderName.of("x", Optional.empty(), List.of("a=" + "1".repeat(300)));
        String two = FolderName.of("x", Optional.empty(), List.of("a=" + "1".repeat(301)));
        assertThat(one).hasSize(129).isNotEqualTo(two);
        assertThat(FolderName.of("x", Optional.empty(), List.of("a=" + "1".repeat(300))))
                .isEqualTo(one);
    }
}
