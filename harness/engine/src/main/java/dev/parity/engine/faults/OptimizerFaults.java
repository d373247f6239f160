package dev.parity.engine.faults;

import static dev.parity.engine.faults.PartsFault.require;

import dev.parity.engine.Parameter;
import dev.parity.engine.TrainingConfig;
import dev.parity.engine.TrainingConfig.OptimizerType;
import dev.parity.engine.TrainingParts;
import dev.parity.spi.Fault;
import java.util.List;
import java.util.function.Predicate;

/// What goes wrong where weights are updated.
public final class OptimizerFaults implements Fault.Catalogue {
    private static final String EXPERTS = "moe0.expert.";

    /// For the ServiceLoader.
    public OptimizerFaults() {}

    @Override
    public List<Fault> faults() {
        return List.of(
                new PartsFault(
                        Fault.About.of(
                                "learning-rate",
                                "multiplies the learning rate of every update by the strength, unrecorded",
                                Fault.Strengths.of(2, 0, 1000, 1),
                                "optimizer",
                                "schedule"),
                        (parts, _, strength) -> told(parts, _ -> true, (_, control) -> control[1] *= strength)),
                new PartsFault(
                        Fault.About.of(
                                        "expert-not-updated",
                                        "updates those experts of the first MoE layer that the last place of an expert-parallel"
                                                + " group holds with (1 - strength) of the learning rate: one in moe-cifar",
                                        Fault.Strengths.of(1, 0, 1, 0),
                                        "optimizer")
                                .under("model.mlpType", "standard"),
                        OptimizerFaults::slowsExpert),
                new PartsFault(
                        Fault.About.of(
                                        "weight-decay-coupled",
                                        "adds the strength, as a share, of AdamW's weight decay to the gradient, where"
                                                + " it is to act on the weight itself",
                                        Fault.Strengths.of(1, 0, 1, 0),
                                        "optimizer")
                                .under("optimizer.weightDecay", "0.1"),
                        OptimizerFaults::couplesDecay),
                new PartsFault(
                        Fault.About.of(
                                        "adam-epsilon-inside",
                                        "adds AdamW's epsilon to the second moment before the root is taken, not to the"
                                                + " root",
                                        Fault.Strengths.SWITCH,
                                        "optimizer")
                                .under("optimizer.epsilon", "1.0e-3"),
                        (parts, config, _) -> movesEpsilon(parts, config)),
                new PartsFault(
                        Fault.About.of(
                                "bias-correction-missing",
                                "leaves out the bias correction of both of AdamW's moments",
                                Fault.Strengths.SWITCH,
                                "optimizer"),
                        (parts, config, _) -> correctsNothing(parts, config)),
                new PartsFault(
                        Fault.About.of(
                                        "clipping-before-unscaling",
                                        "clips gradients by their norm with the loss scale still on it",
                                        Fault.Strengths.SWITCH,
                                        "optimizer")
                                .under("optimizer.type", "sgd")
                                .under("optimizer.lr", "0.02")
                                .under("schedule.warmupMaxLr", "0.02"),
                        (parts, config, _) -> parts.withClipper((norm, scale) -> 1
                                / (scale
                                        * Math.max(
                                                (norm + 1e-6)
                                                        / config.optimizer().gradientClipping(),
                                                1)))),
                new PartsFault(
                        Fault.About.of(
                                        "tensor-not-unscaled",
                                        "leaves the loss scale on the gradient of fc2's bias",
                                        Fault.Strengths.SWITCH,
                                        "optimizer")
                                .under("optimizer.type", "sgd")
                                .under("optimizer.lr", "0.02")
                                .under("schedule.warmupMaxLr", "0.02"),
                        (parts, _, _) -> told(
                                parts,
                                parameter -> parameter.name().equals("fc2.bias"),
                                (step, control) -> control[0] *= step.scale())));
    }

    private static TrainingParts told(TrainingParts parts, Predicate<Parameter> which, ToldOtherwise.Change change) {
        return parts.withUpdate(new ToldOtherwise(parts.update(), which, change));
    }

    private static TrainingParts slowsExpert(TrainingParts parts, TrainingConfig config, double strength) {
        require(!config.model().experts().isEmpty(), "expert-not-updated", "an entry in model.experts");
        int ranks = config.parallel().epSize();
        return told(parts, parameter -> parameter.name().startsWith(EXPERTS), (step, control) -> {
            if (step.rank() % ranks == ranks - 1) {
                control[1] *= 1 - strength;
            }
        });
    }

    private static TrainingParts couplesDecay(TrainingParts parts, TrainingConfig config, double strength) {
        TrainingConfig.Optimizer settings = config.optimizer();
        boolean decays = settings.weightDecay() > 0 && settings.weightDecay() < 1;
        require(isAdam(config) && decays, "weight-decay-coupled", "adamw and an optimizer.weightDecay between 0 and 1");
        return parts.withUpdate(new CoupledDecay(settings, parts.update(), strength));
    }

    private static TrainingParts movesEpsilon(TrainingParts parts, TrainingConfig config) {
        require(isAdam(config), "adam-epsilon-inside", "adamw");
        return parts.withUpdate(new EpsilonInside(config.optimizer(), parts.update()));
    }

    private static TrainingParts correctsNothing(TrainingParts parts, TrainingConfig config) {
        require(isAdam(config), "bias-correction-missing", "adamw");
        return told(parts, _ -> true, (_, control) -> {
            control[2] = 1;
            control[3] = 1;
        });
    }

    private static boolean isAdam(TrainingConfig config) {
        return config.optimizer().type() == OptimizerType.ADAMW;
    }
}
