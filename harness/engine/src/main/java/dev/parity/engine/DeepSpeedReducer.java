package dev.parity.engine;

import dev.parity.spi.ElementType;
import dev.parity.spi.Op;
import dev.parity.spi.ProcessGroup;
import dev.parity.spi.Program;
import dev.parity.spi.Value;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Sums gradients over the ranks that hold a parameter, in a bucket for each kind of parameter, and
/// divides them before or after, as the optimizer wrapper does. A gate's gradient travels in the compute type.
///
/// @param config all settings
record DeepSpeedReducer(TrainingConfig config) implements GradientReducer {
    @Override
    public List<Value> append(Program.Builder program, List<Parameter> parameters, List<Value> local) {
        Value[] reduced = new Value[local.size()];
        for (Parameter.Kind kind : Parameter.Kind.values()) {
            int[] members = IntStream.range(0, local.size())
                    .filter(i -> parameters.get(i).kind() == kind)
                    .toArray();
            if (members.length > 0) {
                List<String> names = Arrays.stream(members)
                        .mapToObj(i -> parameters.get(i).name())
                        .toList();
                List<Value> bucket = IntStream.range(0, members.length)
                        .mapToObj(i -> NetBuilder.cast(
                                program,
                                names.get(i) + "/sent",
                                local.get(members[i]),
                                config.precision().dtype()))
                        .toList();
                List<Value> sums = reduce(program, kind, names, bucket);
                for (int i = 0; i < members.length; i++) {
                    ElementType type = parameters.get(members[i]).type().element();
                    reduced[members[i]] = NetBuilder.cast(program, names.get(i) + "/received", sums.get(i), type);
                }
            }
        }
        return List.of(reduced);
    }

    private List<Value> reduce(Program.Builder program, Parameter.Kind kind, List<String> names, List<Value> bucket) {
        Groups groups = Groups.of(config.parallel());
        ProcessGroup group = groups.holders(kind);
        boolean byWorld = kind != Parameter.Kind.EXPERT
                || config.parallel().expertGradientScaling() == TrainingConfig.ExpertGradientScaling.FIXED;
        double factor = 1.0 / (byWorld ? groups.world() : group).size();
        boolean before = config.optimizer().wrapper() == TrainingConfig.Wrapper.ZERO;
        List<Value> sums = before ? scaled(program, bucket, factor) : bucket;
        if (group.size() > 1) {
            List<String> reduced = names.stream().map(name -> name + "/reduced").toList();
            sums = program.applyAll(reduced, new Op.AllReduce(group, Op.Reduction.SUM), sums);
        }
        return before ? sums : scaled(program, sums, factor);
    }

    private static List<Value> scaled(Program.Builder program, List<Value> values, double factor) {
        return factor == 1
                ? values
                : values.stream()
                        .map(value -> program.apply(value.name() + "/scaled", new Op.Scale(factor), value))
                        .toList();
    }
}
