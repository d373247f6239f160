package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class AllocationWatchTest {
    private final AtomicLong allocated = new AtomicLong();
    private final AllocationWatch watch = new AllocationWatch(allocated::get);

    private void steps(int count, long bytes) {
        for (int i = 0; i < count; i++) {
            allocated.addAndGet(bytes);
            watch.step();
        }
    }

    @Test
    void whatIsAllocatedBeforeTheCodeIsCompiledDoesNotCount() {
        steps(AllocationWatch.WARM_UP, 50_000_000);
        assertThat(watch.bytesAStep()).isEmpty();
        steps(3 * AllocationWatch.WINDOW, 9_000);
        assertThat(watch.bytesAStep()).hasValue(9_000);
        assertThat(watch.warning()).isEmpty();
    }

    @Test
    void twoWindowsInARowWarnAndOneDoesNot() {
        steps(AllocationWatch.WARM_UP, 9_000);
        steps(AllocationWatch.WINDOW, 17_000_000);
        assertThat(watch.warning()).isEmpty();
        steps(AllocationWatch.WINDOW, 17_000_000);
        assertThat(watch.warning())
                .hasValueSatisfying(
                        sentence -> assertThat(sentence).contains("17.0 MB a step, expected at most 1", "--resume"));
        steps(AllocationWatch.WINDOW, 9_000);
        assertThat(watch.warning()).isEmpty();
    }
}
