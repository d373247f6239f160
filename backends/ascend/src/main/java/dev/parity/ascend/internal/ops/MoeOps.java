package dev.parity.ascend.internal.ops;

import dev.parity.spi.BackendException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Gates, experts and what weighs them. Indices are FP32 numbers, which are exact up to 2^24; no generation needs a
/// scatter.
final class MoeOps extends NodeOps {
    private static final int EXACT = 1 << 24;
    private static final float LEAST_SUM = 0x1p-23f;

    MoeOps(NodeOps other) {
        super(other);
    }

    /// Returns one column of a matrix, packed, in FP32.
    private View column(View matrix, int index) {
        return algebra.wide(algebra.packed(matrix.column(index)));
    }

    /// The routing of one choice of each token.
    ///
    /// @param expert which, a column
    /// @param valid whether it was not dropped
    /// @param row of all slots, -1 where it was dropped
    private record Choice(View expert, View valid, View row) {}

    private List<Choice> choices(int expert, int slot, int capacity) {
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < extent(expert, 1); i++) {
            View at = column(x(expert), i);
            View place = column(x(slot), i);
            View valid = algebra.atLeast(place, 0);
            View row = algebra.add(algebra.times(at, capacity), place);
            choices.add(new Choice(at, valid, algebra.where(valid, row, algebra.constant(2, -1))));
        }
        return choices;
    }

    /// Marks the gate of each token's choice, if it was not dropped.
    private View marked(Choice choice, int experts) {
        return algebra.and(algebra.oneHot(choice.expert(), experts), choice.valid());
    }

    /// Keeps a sum from being too small to divide by; NaN stays NaN.
    private View bounded(View sum) {
        return algebra.where(algebra.less(sum, LEAST_SUM), algebra.constant(2, LEAST_SUM), sum);
    }

    void gateWeights() {
        View gates = x(0);
        List<View> weights = choices(1, 2, 1).stream()
                .map(choice -> algebra.pick(marked(choice, gates.extent(1)), gates))
                .toList();
        if (weights.size() == 1) {
            algebra.store(weights.getFirst(), y());
            return;
        }
        View sum = bounded(algebra.add(weights.get(0), weights.get(1)));
        for (int i = 0; i < 2; i++) {
            algebra.store(algebra.div(weights.get(i), sum), y().column(i));
        }
    }

    /// w = g/s with s = Σ g: dg = (dw - Σ dw·g / s) / s; below the bound s is a constant.
    void gateWeightsGrad() {
        View gates = x(1);
        int experts = gates.extent(1);
        List<Choice> choices = choices(2, 3, 1);
        List<View> marks =
                choices.stream().map(choice -> marked(choice, experts)).toList();
        if (choices.size() == 1) {
            algebra.store(algebra.orZero(marks.getFirst(), x(0)), y());
            return;
        }
        List<View> gradients = new ArrayList<>();
        View sum = algebra.constant(2, 0);
        View dot = algebra.constant(2, 0);
        for (int i = 0; i < 2; i++) {
            View gate = algebra.pick(marks.get(i), gates);
            View gradient = column(x(0), i);
            gradients.add(gradient);
            View product = algebra.orZero(choices.get(i).valid(), algebra.mul(gradient, gate));
            sum = algebra.add(sum, gate);
            dot = algebra.add(dot, product);
        }
        View above = algebra.greater(sum, LEAST_SUM);
        View mean = algebra.div(dot, sum);
        View total = algebra.constant(2, 0);
        for (int i = 0; i < 2; i++) {
            View gradient = gradients.get(i);
            View each = algebra.where(
                    above, algebra.div(algebra.sub(gradient, mean), sum), algebra.div(gradient, LEAST_SUM));
            total = algebra.add(algebra.orZero(marks.get(i), each), total);
        }
        algebra.store(total, y());
    }

    /// Tells for each slot which choice came there, counted from 1; 0 where none did.
    ///
    /// @param tokens whether tokens are counted; else choices
    private View inverse(List<Choice> choices, int slots, boolean tokens) {
        int k = choices.size();
        int n = choices.getFirst().row().extent(0);
        if (slots >= EXACT || n * k >= EXACT) {
            throw new BackendException(
                    "%s has %d slots and %d choices, indices are exact up to %d".formatted(node, slots, n * k, EXACT));
        }
        View slot = algebra.sequence(slots, 1, i -> i);
        Optional<View> sum = Optional.empty();
        for (int i = 0; i < k; i++) {
            int choice = i;
            View sources = algebra.sequence(1, n, token -> tokens ? token + 1 : choice * n + token + 1);
            View match = algebra.equal(slot, choices.get(i).row().reshaped(1, n));
            View found = algebra.pick(match, sources);
            sum = Optional.of(sum.map(before -> algebra.add(before, found)).orElse(found));
        }
        return sum.orElseThrow();
    }

    private void toSlots(View rows, View index) {
        algebra.store(algebra.gather(rows, index), y());
    }

    void dispatch(int capacity) {
        List<Choice> choices = choices(1, 2, capacity);
        View y = y();
        toSlots(x(0), inverse(choices, y.extent(0) * y.extent(1), true));
    }

    /// Gathers the rows of one choice in FP32, zeros where it was dropped.
    private View rows(int index, Choice choice) {
        View y = x(index);
        View all = y.reshaped(y.extent(0) * y.extent(1), y.extent(2));
        return algebra.wide(algebra.gather(all, algebra.plus(choice.row(), 1)));
    }

    private View sumOf(List<View> terms) {
        return terms.stream().reduce(algebra::add).orElseThrow();
    }

    void dispatchGrad() {
        algebra.store(
                sumOf(choices(1, 2, extent(0, 1)).stream()
                        .map(choice -> rows(0, choice))
                        .toList()),
                y());
    }

    void combine() {
        List<Choice> choices = choices(2, 3, extent(0, 1));
        List<View> terms = IntStream.range(0, choices.size())
                .mapToObj(i -> {
                    View product = algebra.mul(rows(0, choices.get(i)), column(x(1), i));
                    return algebra.orZero(choices.get(i).valid(), product);
                })
                .toList();
        algebra.store(sumOf(terms), y());
    }

    void combineInputGrad(int capacity) {
        List<Choice> choices = choices(2, 3, capacity);
        View dout = wide(0);
        int tokens = dout.extent(0);
        View products = commands.scratch(y().type(), List.of(choices.size() * tokens, dout.extent(1)));
        for (int i = 0; i < choices.size(); i++) {
            algebra.store(algebra.mul(dout, column(x(1), i)), products.slice(0, i * tokens, tokens));
        }
        toSlots(products, inverse(choices, y().extent(0) * y().extent(1), false));
    }

    void combineWeightGrad() {
        List<Choice> choices = choices(2, 3, extent(1, 1));
        View dout = wide(0);
        for (int i = 0; i < choices.size(); i++) {
            View dot = algebra.sum(algebra.mul(dout, rows(1, choices.get(i))), 1);
            algebra.store(algebra.orZero(choices.get(i).valid(), dot), y().column(i));
        }
    }

    /// Computes the share of tokens whose first choice is each expert, as a row.
    private View share(int expert, int experts) {
        View first = algebra.wide(algebra.oneHot(column(x(expert), 0), experts));
        return algebra.div(algebra.sum(first, 0), extent(expert, 0));
    }

    void loadBalanceLoss() {
        int experts = extent(0, 1);
        View means = algebra.div(algebra.sum(x(0), 0), extent(0, 0));
        View terms = algebra.mul(means, share(1, experts));
        List<View> each = IntStream.range(0, experts).mapToObj(terms::column).toList();
        algebra.store(algebra.times(sumOf(each), experts), y());
    }

    void loadBalanceLossGrad() {
        int experts = extent(1, 1);
        View whole = algebra.mul(algebra.times(number(0), experts), share(2, experts));
        algebra.copy(algebra.div(whole, extent(1, 0)), y());
    }
}
