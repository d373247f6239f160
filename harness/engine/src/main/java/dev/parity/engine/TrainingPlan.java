package dev.parity.engine;

/// What is known of a run before it starts.
///
/// @param config all settings
/// @param data what is learnt
/// @param parts the rules that it follows
/// @param model the net
/// @param step its training step
/// @param optimizer its optimizer step
/// @param stepsPerEpoch at least 1
/// @param totalSteps skipped ones counted
record TrainingPlan(
        TrainingConfig config,
        DataSets data,
        TrainingParts parts,
        Model model,
        Model.TrainingStep step,
        OptimizerProgram optimizer,
        int stepsPerEpoch,
        long totalSteps) {
    static TrainingPlan of(TrainingConfig config, DataSets data, TrainingParts parts) {
        Model model = new Model(config, parts.reducer());
        int stepsPerEpoch = parts.sampler().over(data.train().size()).stepsPerEpoch();
        long all = (long) stepsPerEpoch * config.train().epochs();
        long asked = config.train().steps();
        return new TrainingPlan(
                config,
                data,
                parts,
                model,
                model.trainingStep(),
                new OptimizerProgram(parts.update(), model.parameters()),
                stepsPerEpoch,
                asked == 0 ? all : Math.min(all, asked));
    }

    /// Returns the same run, ended after a step.
    TrainingPlan upTo(long last) {
        return new TrainingPlan(config, data, parts, model, step, optimizer, stepsPerEpoch, Math.min(last, totalSteps));
    }

    /// Returns the epoch of a step, both counted from 1.
    int epoch(long number) {
        return (int) ((number - 1) / stepsPerEpoch) + 1;
    }
}
