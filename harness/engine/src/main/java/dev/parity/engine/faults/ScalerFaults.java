package dev.parity.engine.faults;

import static dev.parity.engine.faults.PartsFault.require;

import dev.parity.engine.LossScaler;
import dev.parity.engine.Schedule;
import dev.parity.engine.TrainingParts;
import dev.parity.spi.Fault;
import java.util.List;

/// What goes wrong where loss scale and learning rate are set.
public final class ScalerFaults implements Fault.Catalogue {
    /// For the ServiceLoader.
    public ScalerFaults() {}

    @Override
    public List<Fault> faults() {
        return List.of(
                new PartsFault(
                        Fault.About.of(
                                "hysteresis-missing",
                                "lowers the loss scale strength overflows too early, at the first one at the earliest",
                                Fault.Strengths.whole(1, 1, 1000, 0),
                                "scaler"),
                        (parts, _, strength) -> lowersEarly(parts, strength)),
                new PartsFault(
                        Fault.About.of(
                                "scale-grows-late",
                                "lets the loss scale grow strength steps too late",
                                Fault.Strengths.whole(1, 1, 1_000_000, 0),
                                "scaler"),
                        (parts, _, strength) -> growsLate(parts, strength)),
                new PartsFault(
                        Fault.About.of(
                                "warmup-off",
                                "is strength steps ahead in the warm-up of the learning rate, or behind",
                                Fault.Strengths.whole(1, -1000, 1000, 0),
                                "schedule"),
                        (parts, _, strength) -> shiftsWarmup(parts, strength)),
                new PartsFault(
                        Fault.About.of(
                                        "rate-advances-on-skip",
                                        "advances the learning rate by strength steps on each skipped one",
                                        Fault.Strengths.whole(1, 1, 1000, 0),
                                        "schedule")
                                .under("precision.lossScaleWindow", "10")
                                .under("schedule.warmupSteps", "1000"),
                        (parts, _, strength) -> advancesOnSkip(parts, strength)));
    }

    private static TrainingParts lowersEarly(TrainingParts parts, double strength) {
        boolean acts = parts.scaler() instanceof LossScaler.Zero zero
                && zero.settings().hysteresis() > 1;
        require(acts, "hysteresis-missing", "a dynamic loss scale, optimizer.wrapper zero and a hysteresis above 1");
        LossScaler.Zero zero = (LossScaler.Zero) parts.scaler();
        LossScaler.Settings settings = zero.settings();
        int left = Math.max(1, settings.hysteresis() - (int) strength);
        return parts.withScaler(
                new LossScaler.Zero(new LossScaler.Settings(settings.window(), left, settings.min()), zero.scale()));
    }

    private static TrainingParts growsLate(TrainingParts parts, double strength) {
        return parts.withScaler(
                switch (parts.scaler()) {
                    case LossScaler.Zero zero -> new LossScaler.Zero(later(zero.settings(), strength), zero.scale());
                    case LossScaler.Unfused unfused ->
                        new LossScaler.Unfused(later(unfused.settings(), strength), unfused.scale());
                    default ->
                        throw new IllegalArgumentException(
                                "fault scale-grows-late changes nothing without a dynamic loss scale");
                });
    }

    private static LossScaler.Settings later(LossScaler.Settings settings, double steps) {
        return new LossScaler.Settings(settings.window() + (int) steps, settings.hysteresis(), settings.min());
    }

    private static TrainingParts shiftsWarmup(TrainingParts parts, double strength) {
        Schedule honest = warmup(parts, "warmup-off");
        return parts.withSchedule(applied -> honest.rate(Math.max(0, applied + (long) strength)));
    }

    private static TrainingParts advancesOnSkip(TrainingParts parts, double strength) {
        Schedule honest = warmup(parts, "rate-advances-on-skip");
        return parts.withSchedule(new Schedule() {
            @Override
            public double rate(long applied) {
                return honest.rate(applied);
            }

            @Override
            public double rate(long applied, long skipped) {
                return honest.rate(applied + ((long) strength) * skipped);
            }
        });
    }

    private static Schedule warmup(TrainingParts parts, String id) {
        require(parts.schedule() instanceof Schedule.Warmup, id, "a schedule with a warm-up");
        return parts.schedule();
    }
}
