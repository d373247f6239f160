package dev.parity.runner;

import dev.parity.engine.Checkpoint;
import dev.parity.engine.DataSets;
import dev.parity.engine.TrainingConfig;
import dev.parity.engine.TrainingFault;
import dev.parity.engine.lockstep.Lockstep;
import dev.parity.engine.lockstep.OpOutputs;
import dev.parity.engine.lockstep.Station;
import dev.parity.spi.Backend;
import dev.parity.spi.Canonical;
import dev.parity.spi.ElementType;
import dev.parity.spi.Fault;
import dev.parity.spi.Op;
import dev.parity.statistics.tensors.LockstepResult;
import dev.parity.statistics.tensors.NumberFormat;
import dev.parity.statistics.tensors.OpFinding;
import dev.parity.statistics.tensors.TensorErrors;
import dev.parity.statistics.tensors.TensorProfile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Compares two devices Op by Op along a golden's training of a scenario.
///
/// @param scenario whose first seed is trained with
/// @param golden id of the backend that is right
/// @param reference the device that is taken as right
/// @param candidate the device under test
/// @param fault to plant in the candidate, `ID=STRENGTH`, if any
/// @param steps to compare, from 1; if empty, the first one
/// @param from a checkpoint to go on from, if any
/// @param profile judges each Op
public record LockstepRun(
        Scenario scenario,
        String golden,
        Scenario.Side reference,
        Scenario.Side candidate,
        Optional<String> fault,
        SortedSet<Long> steps,
        Optional<Path> from,
        TensorProfile profile) {
    /// Refuses a fault that no Op shows.
    public LockstepRun {
        steps = new TreeSet<>(steps);
        fault.map(Fault::choose)
                .map(Fault.Choice::fault)
                .filter(TrainingFault.class::isInstance)
                .ifPresent(rule -> {
                    throw new IllegalArgumentException(
                            "fault %s is one of the training's rules: a lockstep compares Ops, expected a fault of a device"
                                    .formatted(rule.about().id()));
                });
    }

    /// Makes the comparison.
    ///
    /// @param progress hears of each step
    /// @return what was found
    /// @throws IllegalArgumentException if there is no such backend, or a step is none of the run's
    /// @throws dev.parity.engine.DataException if data or checkpoint cannot be read
    /// @throws dev.parity.spi.BackendException if a device is not available, or cannot compute an Op
    /// @throws dev.parity.engine.TrainingException if a device fails
    public LockstepResult run(Lockstep.Progress progress) {
        TrainingConfig config = scenario.training();
        int world = config.parallel().world();
        RunSpec first = spec("reference", reference, Optional.empty());
        RunSpec second = spec("candidate", candidate, fault);
        Optional<Checkpoint> checkpoint = from.map(Checkpoint::read);
        SortedSet<Long> asked = new TreeSet<>(steps);
        if (asked.isEmpty()) {
            asked.add(checkpoint.map(Checkpoint::step).orElse(0L) + 1);
        }
        List<OpFinding> findings = new ArrayList<>();
        try (Backend right = spec("golden", new Scenario.Side(golden), Optional.empty())
                        .open();
                Station one = Station.open(world, first::open);
                Station other = Station.open(world, second::open)) {
            new Lockstep(config, DataSets.of(config.data()), right, one, other)
                    .run(asked, checkpoint, outputs -> findings.add(finding(outputs, world)), progress);
        }
        String planted = second.fault().orElse("");
        LockstepResult.Sides sides = new LockstepResult.Sides(
                scenario.name(), golden, reference.backend(), candidate.backend(), planted, first.seed());
        return new LockstepResult(sides, profile.text(), List.copyOf(asked), findings, notes(asked, findings));
    }

    private RunSpec spec(String label, Scenario.Side side, Optional<String> planted) {
        return new RunSpec(scenario.name(), label, scenario.training(), side, planted, List.of());
    }

    private OpFinding finding(OpOutputs outputs, int world) {
        NumberFormat format = format(outputs.value().element());
        TensorErrors first = errors(format, outputs.reference());
        TensorErrors second = errors(format, outputs.candidate());
        return new OpFinding(
                outputs.step(),
                new OpFinding.Place(
                        Canonical.name(outputs.part()),
                        outputs.position(),
                        outputs.op().name(),
                        outputs.value().name()),
                format,
                first,
                second,
                profile.judge(format, isExact(outputs.op()), first, second),
                worst(format, outputs, world));
    }

    private static TensorErrors errors(NumberFormat format, OpOutputs.Side side) {
        return TensorErrors.of(format, side.golden(), side.found(), side.saturates());
    }

    private static OpFinding.Worst worst(NumberFormat format, OpOutputs outputs, int world) {
        OpOutputs.Side one = outputs.reference();
        OpOutputs.Side other = outputs.candidate();
        int at = TensorErrors.worst(format, other.golden(), other.found(), other.saturates());
        int size = other.found().length / world;
        return new OpFinding.Worst(
                at / size,
                at % size,
                other.golden()[at],
                one.found()[at],
                other.found()[at],
                TensorErrors.ulps(format, one.golden()[at], one.found()[at], one.saturates()),
                TensorErrors.ulps(format, other.golden()[at], other.found()[at], other.saturates()));
    }

    private static NumberFormat format(ElementType type) {
        return switch (type) {
            case FP16 -> NumberFormat.FP16;
            case BF16 -> NumberFormat.BF16;
            case FP32 -> NumberFormat.FP32;
            case INT32, UINT8 -> NumberFormat.INTEGER;
            case FP64 -> throw new IllegalArgumentException("no standard judges FP64: it is the golden's own type");
        };
    }

    /// Tells whether an Op only moves, compares or chooses numbers, so that every bit of its output counts.
    private static boolean isExact(Op op) {
        return switch (op) {
            case Op.Relu _,
                    Op.ReluGrad _,
                    Op.Reshape _,
                    Op.Transpose _,
                    Op.MaxPool2d _,
                    Op.MaxPool2dGrad _,
                    Op.ArgMax _,
                    Op.TopKGate _,
                    Op.Dispatch _,
                    Op.AllToAll _,
                    Op.Broadcast _,
                    Op.NonFinite _ -> true;
            case Op.AllReduce reduce -> reduce.reduction() == Op.Reduction.MAX;
            case Op.Add _,
                    Op.Multiply _,
                    Op.Scale _,
                    Op.Cast _,
                    Op.MatMul _,
                    Op.ReduceSum _,
                    Op.Conv2d _,
                    Op.Conv2dInputGrad _,
                    Op.Conv2dWeightGrad _,
                    Op.Softmax _,
                    Op.SoftmaxGrad _,
                    Op.CrossEntropy _,
                    Op.CrossEntropyGrad _,
                    Op.GateWeights _,
                    Op.GateWeightsGrad _,
                    Op.DispatchGrad _,
                    Op.Combine _,
                    Op.CombineInputGrad _,
                    Op.CombineWeightGrad _,
                    Op.LoadBalanceLoss _,
                    Op.LoadBalanceLossGrad _,
                    Op.ScaleRows _,
                    Op.ScaleRowsCoefficientGrad _,
                    Op.Norm _,
                    Op.AdamW _,
                    Op.Sgd _ -> false;
        };
    }

    /// Names the steps whose optimizer did not run.
    private static List<String> notes(SortedSet<Long> steps, List<OpFinding> findings) {
        return steps.stream()
                .filter(step -> findings.stream()
                        .noneMatch(each -> each.step() == step
                                && each.place().part().equals(Canonical.name(OpOutputs.Part.OPTIMIZER))))
                .map(
                        "step %d overflowed and was skipped: its optimizer Ops did not run and were not compared"
                                ::formatted)
                .toList();
    }
}
