package dev.parity.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ProgramTest {
    private static TensorType fp32(int... extents) {
        return TensorType.of(ElementType.FP32, extents);
    }

    private static TensorType int32(int... extents) {
        return TensorType.of(ElementType.INT32, extents);
    }

    static Stream<Arguments> inferred() {
        return Stream.of(
                Arguments.of(new Op.MatMul(false, true), List.of(fp32(8, 84), fp32(10, 84), fp32(10)), fp32(8, 10)),
                Arguments.of(new Op.MatMul(true, false), List.of(fp32(5, 8, 3), fp32(5, 8, 4)), fp32(5, 3, 4)),
                Arguments.of(
                        new Op.Conv2d(), List.of(fp32(8, 3, 32, 32), fp32(6, 3, 5, 5), fp32(6)), fp32(8, 6, 28, 28)),
                Arguments.of(
                        new Op.Conv2dInputGrad(), List.of(fp32(8, 6, 28, 28), fp32(6, 3, 5, 5)), fp32(8, 3, 32, 32)),
                Arguments.of(
                        new Op.Conv2dWeightGrad(), List.of(fp32(8, 3, 32, 32), fp32(8, 6, 28, 28)), fp32(6, 3, 5, 5)),
                Arguments.of(new Op.MaxPool2d(2), List.of(fp32(8, 6, 28, 28)), fp32(8, 6, 14, 14)),
                Arguments.of(new Op.ReduceSum(List.of(0, 2, 3)), List.of(fp32(8, 6, 28, 28)), fp32(6)),
                Arguments.of(new Op.Transpose(List.of(1, 0, 2)), List.of(fp32(2, 3, 4)), fp32(3, 2, 4)),
                Arguments.of(new Op.CrossEntropy(), List.of(fp32(8, 10), int32(8)), fp32()),
                Arguments.of(new Op.Dispatch(2, 4), List.of(fp32(8, 84), int32(8, 1), int32(8, 1)), fp32(2, 4, 84)),
                Arguments.of(
                        new Op.Combine(), List.of(fp32(2, 4, 84), fp32(8, 1), int32(8, 1), int32(8, 1)), fp32(8, 84)),
                Arguments.of(new Op.Norm(), List.of(fp32(3), fp32(4, 4)), fp32(2)),
                Arguments.of(new Op.NonFinite(), List.of(fp32(3)), int32()));
    }

    @ParameterizedTest
    @MethodSource
    void inferred(Op op, List<TensorType> inputs, TensorType expected) {
        assertThat(op.infer(inputs).getFirst()).isEqualTo(expected);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(new Op.Add(), List.of(fp32(2), fp32(3)), "shapes must be equal"),
                Arguments.of(new Op.Add(), List.of(fp32(2), int32(2)), "element types must be equal"),
                Arguments.of(new Op.MatMul(false, false), List.of(fp32(2, 3), fp32(2, 3)), "inner extents"),
                Arguments.of(new Op.MaxPool2d(2), List.of(fp32(1, 1, 5, 4)), "must divide height and width"),
                Arguments.of(
                        new Op.TopKGate(1, 9), List.of(fp32(8, 2), fp32(8, 2), fp32(8, 2)), "capacity must be 1 to 8"),
                Arguments.of(new Op.Reshape(Shape.of(7)), List.of(fp32(2, 3)), "sizes must be equal"));
    }

    @ParameterizedTest
    @MethodSource
    void refused(Op op, List<TensorType> inputs, String reason) {
        assertThatThrownBy(() -> op.infer(inputs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(op.name())
                .hasMessageContaining(reason);
    }

    @Test
    void equalProgramsHaveEqualHashes() {
        assertThat(program(2).hash())
                .isEqualTo(program(2).hash())
                .isNotEqualTo(program(3).hash());
    }

    private static final String LISTING = """
            program p
            in %0 x:fp32[4,84]
            in %1 w:fp32[10,84]
            %2 y:fp32[4,10] = mat-mul transposeA=false transposeB=true(%0, %1)
            %3 sum:fp32[4,10] = all-reduce group=world partition=[[0,1],[2,3]] reduction=sum(%2)
            %4 half:fp32[4,10] = scale factor=0.5(%3)
            out %4
            """;

    private static Program listed() {
        Program.Builder builder = new Program.Builder("p");
        Value x = builder.input("x", fp32(4, 84));
        Value w = builder.input("w", fp32(10, 84));
        Value y = builder.apply("y", new Op.MatMul(false, true), x, w);
        ProcessGroup pairs = new ProcessGroup("world", List.of(List.of(0, 1), List.of(2, 3)));
        Value sum = builder.apply("sum", new Op.AllReduce(pairs, Op.Reduction.SUM), y);
        builder.output(builder.apply("half", new Op.Scale(0.5), sum));
        return builder.build();
    }

    @Test
    void aProgramIsListedInWordsOfItsOwn() {
        assertThat(listed()).hasToString(LISTING);
    }

    // Python 3.11: hashlib.sha256(LISTING.encode()).hexdigest()
    @Test
    void theHashOfAListingIsPinned() {
        assertThat(listed().hash()).isEqualTo("16f0d3a3160e2e297bec09f29d83b074cdfa21e226362bc4b7722d8cfc475b0f");
    }

    private static Program program(double factor) {
        Program.Builder builder = new Program.Builder("p");
        Value x = builder.input("x", fp32(4));
        builder.output(builder.apply("y", new Op.Scale(factor), x));
        return builder.build();
    }

    @Test
    void aValueReadBeforeItIsWrittenIsRefused() {
        Value x = new Value(0, "x", fp32(4));
        Value y = new Value(1, "y", fp32(4));
        Node node = new Node(new Op.Relu(), List.of(x), List.of(y));
        assertThatThrownBy(() -> new Program("p", List.of(), List.of(node), List.of(y)))
                .hasMessageContaining("before it is written");
    }

    @Test
    void aRankInTwoGroupsIsRefused() {
        assertThatThrownBy(() -> new ProcessGroup("g", List.of(List.of(0, 1), List.of(1, 2))))
                .hasMessage("rank 1 is twice in group g");
    }
}
