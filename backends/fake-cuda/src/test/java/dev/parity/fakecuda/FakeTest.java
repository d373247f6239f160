package dev.parity.fakecuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/// What the tests here have in common: the fake, as new before each test.
abstract class FakeTest {
    static FakeCuda fake;

    @BeforeAll
    static void load() {
        assumeTrue(FakeCuda.missing().isEmpty(), () -> FakeCuda.missing().orElseThrow());
        fake = FakeCuda.load();
    }

    @BeforeEach
    void reset() {
        fake.reset();
    }

    static String log() {
        return fake.log().stream().collect(Collectors.joining("\n"));
    }
}
