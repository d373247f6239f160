package dev.parity.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.spi.Backend;
import dev.parity.spi.BackendException;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.Bindings;
import dev.parity.spi.Bound;
import dev.parity.spi.ElementType;
import dev.parity.spi.Executable;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.Tensor;
import dev.parity.spi.TensorType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What is bound: checks, memory of its own, closing, and ranks that fail.
interface BoundTests {
    /// The element type and shape of all tensors here.
    TensorType FOUR = TensorType.of(ElementType.FP32, 4);

    /// Returns the backend to test, or skips the test if it is not here.
    ///
    /// @return its provider
    BackendProvider provider();

    private Backend open(int world) {
        return provider().open(world, provider().defaultMode());
    }

    private static Program relu() {
        Program.Builder builder = new Program.Builder("relu");
        builder.output(builder.apply("y", new Op.Relu(), builder.input("x", FOUR)));
        return builder.build();
    }

    private static Program sumOfTwo() {
        Program.Builder builder = new Program.Builder("sum");
        Op sum = new Op.AllReduce(new ProcessGroup("both", List.of(List.of(0, 1))), Op.Reduction.SUM);
        builder.output(builder.apply("y", sum, builder.input("x", FOUR)));
        return builder.build();
    }

    private static Bindings bindings(Tensor x, Tensor y) {
        return new Bindings(Map.of("x", x), Map.of("y", y));
    }

    /// An input or output without a tensor is named.
    @Test
    default void whatIsNotBoundIsRefused() {
        try (Backend backend = open(1);
                Tensor x = backend.allocate(0, FOUR)) {
            Executable executable = backend.compile(relu());
            assertThatThrownBy(() -> executable.bind(0, new Bindings(Map.of("x", x), Map.of())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("y:FP32[4]");
        }
    }

    /// A tensor of another type is named with what it should be.
    @Test
    default void aTensorOfAnotherTypeIsRefused() {
        try (Backend backend = open(1);
                Tensor x = backend.allocate(0, TensorType.of(ElementType.FP32, 5));
                Tensor y = backend.allocate(0, FOUR)) {
            Executable executable = backend.compile(relu());
            assertThatThrownBy(() -> executable.bind(0, bindings(x, y)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("x:FP32[4]")
                    .hasMessageContaining("FP32[5]");
        }
    }

    /// Each run reads what its inputs hold then.
    @Test
    default void aBoundRunsManyTimes() {
        try (Backend backend = open(1);
                Tensor x = backend.allocate(0, FOUR);
                Tensor y = backend.allocate(0, FOUR);
                Bound bound = backend.compile(relu()).bind(0, bindings(x, y))) {
            for (int run = 0; run < 100; run++) {
                x.write(new double[] {run, -run, 0.5, -1});
                bound.run();
                assertThat(y.toArray()).containsExactly(run, 0, 0.5, 0);
            }
        }
    }

    /// Two Bounds of one program do not touch each other's tensors.
    @Test
    default void aProgramIsBoundTwice() {
        try (Backend backend = open(1);
                Tensor x1 = backend.allocate(0, FOUR);
                Tensor y1 = backend.allocate(0, FOUR);
                Tensor x2 = backend.allocate(0, FOUR);
                Tensor y2 = backend.allocate(0, FOUR)) {
            Executable executable = backend.compile(relu());
            x1.write(new double[] {1, -1, 2, -2});
            x2.write(new double[] {-3, 3, -4, 4});
            try (Bound first = executable.bind(0, bindings(x1, y1));
                    Bound second = executable.bind(0, bindings(x2, y2))) {
                first.run();
                assertThat(y2.toArray()).containsExactly(0, 0, 0, 0);
                second.run();
                assertThat(y1.toArray()).containsExactly(1, 0, 2, 0);
                assertThat(y2.toArray()).containsExactly(0, 3, 0, 4);
            }
        }
    }

    /// A closed Bound is gone, its tensors and its program are not.
    @Test
    default void aClosedBoundRefusesToRun() {
        try (Backend backend = open(1);
                Tensor x = backend.allocate(0, FOUR);
                Tensor y = backend.allocate(0, FOUR)) {
            Executable executable = backend.compile(relu());
            Bound bound = executable.bind(0, bindings(x, y));
            bound.close();
            assertThatCode(bound::close).doesNotThrowAnyException();
            assertThatThrownBy(bound::run)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("relu");
            x.write(new double[] {1, 2, 3, 4});
            try (Bound again = executable.bind(0, bindings(x, y))) {
                again.run();
            }
            assertThat(y.toArray()).containsExactly(1, 2, 3, 4);
        }
    }

    /// A rank that fails before it comes to a collective is the others' reason.
    @Test
    default void aFailingRankReleasesTheOthers() {
        try (Backend backend = open(2);
                Tensor x = backend.allocate(0, FOUR);
                Tensor y = backend.allocate(0, FOUR)) {
            Executable executable = backend.compile(sumOfTwo());
            Bound bound = executable.bind(0, bindings(x, y));
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(bound::run);
            assertThatThrownBy(() -> executable.bind(1, new Bindings(Map.of(), Map.of())))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(waiting)
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(BackendException.class)
                    .havingRootCause()
                    .withMessageContaining("x:FP32[4]");
        }
    }

    /// An abort is the reason of a rank that waits; the first one counts.
    @Test
    default void anAbortReleasesARankThatWaitsAndNamesTheCause() {
        try (Backend backend = open(2);
                Tensor x = backend.allocate(0, FOUR);
                Tensor y = backend.allocate(0, FOUR)) {
            Bound bound = backend.compile(sumOfTwo()).bind(0, bindings(x, y));
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(bound::run);
            backend.abort(new IllegalStateException("rank 1 is gone"));
            backend.abort(new IllegalStateException("told again"));
            assertThat(waiting)
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOf(BackendException.class)
                    .havingRootCause()
                    .withMessage("rank 1 is gone");
        }
    }

    /// Neither what is bound starts after an abort, nor is anything bound.
    @Test
    default void nothingStartsAfterAnAbort() {
        try (Backend backend = open(1);
                Tensor x = backend.allocate(0, FOUR);
                Tensor y = backend.allocate(0, FOUR)) {
            Executable executable = backend.compile(relu());
            Bound bound = executable.bind(0, bindings(x, y));
            bound.run();
            backend.abort(new IllegalStateException("the run was stopped"));
            assertThatThrownBy(bound::run)
                    .isInstanceOf(BackendException.class)
                    .hasRootCauseMessage("the run was stopped");
            assertThatThrownBy(() -> executable.bind(0, bindings(x, y)))
                    .isInstanceOf(BackendException.class)
                    .hasRootCauseMessage("the run was stopped");
        }
    }

    /// A backend closes once.
    @Test
    default void closingTwiceIsClosingOnce() {
        Backend backend = open(1);
        backend.close();
        assertThatCode(backend::close).doesNotThrowAnyException();
    }
}
