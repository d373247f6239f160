package dev.parity.engine;

/// The order of DeepSpeed's example.
///
/// @param config all settings
record DeepSpeedSampler(TrainingConfig config) implements Sampler {
    @Override
    public Order over(int items) {
        return new ShuffledOrder(config, items);
    }
}
