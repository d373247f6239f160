package dev.parity.cpu.internal.fast;

import dev.parity.cpu.internal.host.Step;
import dev.parity.spi.Node;
import dev.parity.spi.Program;
import dev.parity.spi.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where the values of a plan live and in which layout, and the plan's steps so far.
///
/// A value has up to two layouts: row-major, and with the leading axis last (a batch of matrices: with
/// rows and columns swapped), which matrix products and convolutions read without copying. It is computed
/// in one and copied to the other when somebody asks.
final class FloatMemory {
    /// Tensors of the program's inputs and outputs.
    private final Map<Value, FloatTensor> bound;
    private final Map<Value, FloatTensor> rows = new HashMap<>();
    private final Map<Value, FloatTensor> last = new HashMap<>();
    /// Number of the step before which a value was last without memory; absent for what a caller may
    /// write.
    private final Map<Value, Integer> since = new HashMap<>();
    private final List<Step> steps = new ArrayList<>();

    FloatMemory(Program program, Map<Value, FloatTensor> bound) {
        this.bound = bound;
        program.inputs().forEach(value -> rows.put(value, tensor(bound, value)));
    }

    List<Step> steps() {
        return List.copyOf(steps);
    }

    /// Returns the number of the step that comes next.
    int next() {
        return steps.size();
    }

    /// Tells whether a value gets its memory after a step, and is of this plan: so it stays as the last
    /// run left it until that step is done.
    boolean isWrittenAfter(Value value, int step) {
        return since.getOrDefault(value, -1) > step;
    }

    private static FloatTensor tensor(Map<Value, FloatTensor> tensors, Value value) {
        FloatTensor tensor = tensors.get(value);
        if (tensor == null) {
            throw new IllegalStateException(value + " has no memory yet");
        }
        return tensor;
    }

    void add(Node node, Runnable work) {
        steps.add(new Step(node, work));
    }

    boolean isRowMajor(Value value) {
        return rows.containsKey(value);
    }

    /// Returns a value in the layout in which it was computed, row-major if in both.
    FloatTensor asComputed(Value value) {
        return tensor(isRowMajor(value) ? rows : last, value);
    }

    /// Returns a value row-major, for a node that reads it so.
    FloatTensor rows(Node reader, Value value) {
        if (!rows.containsKey(value)) {
            FloatTensor from = tensor(last, value);
            FloatTensor to = define(value);
            int[] table = Layouts.rows(value.shape());
            add(reader, () -> Layouts.gather(to.floats, from.floats, table));
        }
        return tensor(rows, value);
    }

    /// Returns a node's inputs row-major.
    List<FloatTensor> rows(Node reader) {
        return reader.inputs().stream().map(value -> rows(reader, value)).toList();
    }

    /// Returns a value with its leading axis last, for a node that reads it so.
    FloatTensor last(Node reader, Value value) {
        if (!last.containsKey(value)) {
            FloatTensor from = tensor(rows, value);
            FloatTensor to = defineLast(value);
            int[] table = Layouts.last(value.shape());
            add(reader, () -> Layouts.gather(to.floats, from.floats, table));
        }
        return tensor(last, value);
    }

    /// Makes row-major memory for a value that is about to be computed.
    FloatTensor define(Value value) {
        if (bound.containsKey(value)) {
            return rows.computeIfAbsent(value, _ -> tensor(bound, value));
        }
        since.putIfAbsent(value, steps.size());
        return rows.computeIfAbsent(value, _ -> new FloatTensor(value.type()));
    }

    /// Makes row-major memory for what a node is about to compute.
    List<FloatTensor> define(Node node) {
        return node.outputs().stream().map(this::define).toList();
    }

    FloatTensor defineLast(Value value) {
        since.putIfAbsent(value, steps.size());
        return last.computeIfAbsent(value, _ -> new FloatTensor(value.type()));
    }

    /// Brings a node's results into the tensors that the caller bound.
    void writeBound(Node node) {
        for (Value value : node.outputs()) {
            if (bound.containsKey(value)) {
                var _ = rows(node, value);
            }
        }
    }
}
