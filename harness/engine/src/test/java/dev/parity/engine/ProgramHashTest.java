package dev.parity.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.Canonical;
import dev.parity.spi.ElementType;
import dev.parity.spi.Program;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The programs' hashes are provenance: traces recorded before must stay comparable with those recorded
/// now, so no node, name or order may change unawares.
final class ProgramHashTest {
    private static TrainingConfig config(String net) {
        return Configs.moe(b -> {
            switch (net) {
                case "moe" -> b.dtype = ElementType.FP16;
                case "dense" -> {
                    b.experts = List.of();
                    b.world = 4;
                    b.epSize = 1;
                    b.optimizer = TrainingConfig.OptimizerType.SGD;
                    b.wrapper = TrainingConfig.Wrapper.UNFUSED;
                    b.dtype = ElementType.FP16;
                }
                case "residual" -> {
                    b.experts = List.of(2, 4);
                    b.mlpType = TrainingConfig.MlpType.RESIDUAL;
                    b.wrapper = TrainingConfig.Wrapper.UNFUSED;
                    b.auxLoss = 0.1;
                    b.dtype = ElementType.BF16;
                    b.world = 4;
                    b.evaluation = TrainingConfig.EvaluationMode.TRAIN;
                }
                case "top2" -> {
                    b.experts = List.of(4, 2);
                    b.k = 2;
                    b.epSize = 1;
                    b.noise = TrainingConfig.Noise.JITTER;
                    b.wrapper = TrainingConfig.Wrapper.FUSED;
                    b.scaling = TrainingConfig.ExpertGradientScaling.FIXED;
                    b.auxLoss = 0.01;
                    b.dtype = ElementType.FP16;
                }
                case "alone" -> {
                    b.world = 1;
                    b.epSize = 1;
                    b.dropTokens = false;
                    b.noise = TrainingConfig.Noise.NONE;
                }
                default -> throw new IllegalArgumentException("no net " + net);
            }
            return b;
        });
    }

    @ParameterizedTest
    @CsvSource({
        "moe, cc9364fb2bf41145c627677344d8edad70926fa7a30a11f0a48bee01a78f3b93",
        "dense, 1a9551d4db5b185aeb842f20c4e8f7c4dc7c744d6bf92121c09d2322b55744b1",
        "residual, 1d6f27f4c93135f5c997e6cc3b5a53adfff4a744715ae95cc018c73de577b1d6",
        "top2, 86ea9b6ce17ef6dcd17c998a0bc9d15019176fee76d35baee0ac270d94203715",
        "alone, 2aafb831fdf6bd31734b2400b32da7925771e7e70426e76f27a08fe2e5f04f3e"
    })
    void theTrainingStepsHashIsPinned(String net, String hash) {
        assertThat(new Model(config(net)).trainingStep().program().hash()).isEqualTo(hash);
    }

    @ParameterizedTest
    @CsvSource({
        "moe, b9e4e22d49aad7d39727cc88fe10608087013a92f0bf818af10a8bc0bf55c0ff",
        "dense, a8e4ca045c234d261147bf96e167838b7364b9802dd6337f82e271b0cb5841cb",
        "residual, aef0f7ac8fe303e862ae295de96dc08d8c0ef515b8b0be27ffe117d9f6b18b7d",
        "top2, ad03a7a855844eaf171ea0de3a144802bf98ba3cd271984200d9a7bdcc009c53",
        "alone, 119cf302adb8b24ad371017a18a202cca9516d89a8b5ad4b4636b7d15611df6f"
    })
    void theOtherProgramsHashIsPinned(String net, String hash) {
        TrainingConfig config = config(net);
        Model model = new Model(config);
        Program optimizer = new OptimizerProgram(new DeepSpeedUpdate(config.optimizer()), model.parameters()).program();
        Stream<Program> others = Stream.of(model.evaluation(4).program(), optimizer, model.broadcast());
        assertThat(Canonical.hash(others.map(Program::toString).collect(Collectors.joining())))
                .isEqualTo(hash);
    }
}
