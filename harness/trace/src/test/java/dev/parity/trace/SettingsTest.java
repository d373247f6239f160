package dev.parity.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class SettingsTest {
    // as traces of version 1 hold them
    private static final Map<String, String> KEYS = Map.of(
            Provenance.OPTIMIZER,
            "adamw lr=0.001 beta1=0.8 beta2=0.999 epsilon=1.0E-8 weightDecay=3.0E-7 clip=1.0 wrapper=zero"
                    + " schedule=WarmupLR warmupMinLr=0.0 warmupMaxLr=0.001 warmupSteps=1000",
            Provenance.LOSS_SCALER,
            "zero",
            Provenance.LOSS_SCALER_SETTINGS,
            "initial=32768.0 window=500 hysteresis=2 min=1.0");

    private static Provenance provenance(Map<String, String> keys) {
        return Provenance.of(Provenance.RECORDED, keys, Map.of(), Map.of());
    }

    @Test
    void whatIsReadIsWrittenAgain() {
        Provenance provenance = provenance(KEYS);
        assertThat(provenance.optimizer().keys())
                .isEqualTo(Map.of(Provenance.OPTIMIZER, KEYS.get(Provenance.OPTIMIZER)));
        assertThat(provenance.scaler()).isEqualTo(ScalerSettings.dynamic("zero", 32768, 500, 2, 1));
        assertThat(provenance.scaler().keys())
                .isEqualTo(Map.of(
                        Provenance.LOSS_SCALER,
                        "zero",
                        Provenance.LOSS_SCALER_SETTINGS,
                        KEYS.get(Provenance.LOSS_SCALER_SETTINGS)));
        assertThat(provenance.optimizer().schedule()).isEqualTo(ScheduleSettings.warmup(0, 0.001, 1000));
    }

    @Test
    void whatIsUnknownIsAbsent() {
        OptimizerSettings some =
                provenance(Map.of(Provenance.OPTIMIZER, "sgd lr=0.1")).optimizer();
        assertThat(some.rule()).isEqualTo(Optional.of("sgd"));
        assertThat(some.lr()).isEqualTo(OptionalDouble.of(0.1));
        assertThat(some.momentum()).isEmpty();
        assertThat(some.schedule().type()).isEmpty();
        assertThat(some.keys()).isEqualTo(Map.of(Provenance.OPTIMIZER, "sgd lr=0.1"));
        assertThat(provenance(Map.of()).optimizer().keys()).isEmpty();
        assertThat(provenance(Map.of()).scaler().keys()).isEmpty();
    }

    @Test
    void aSettingThatIsNoNumberIsNamed() {
        Provenance broken = provenance(Map.of(Provenance.LOSS_SCALER_SETTINGS, "initial=16384 window=fifty"));
        assertThatThrownBy(broken::scaler)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("setting window must be a number, was fifty");
    }
}
