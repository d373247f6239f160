package dev.parity.fakeascend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/// What the tests here have in common: the fake, as new before each test.
abstract class FakeTest {
    static FakeAscend fake;

    @BeforeAll
    static void load() {
        assumeTrue(FakeAscend.missing().isEmpty(), () -> FakeAscend.missing().orElseThrow());
        fake = FakeAscend.load(Layout.CANN_9);
    }

    @BeforeEach
    void reset() {
        fake.reset();
        Npu.unload();
    }

    static String log() {
        return String.join("\n", fake.log());
    }
}
