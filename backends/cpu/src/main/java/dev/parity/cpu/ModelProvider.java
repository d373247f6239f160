package dev.parity.cpu;

import dev.parity.cpu.internal.host.HostBackend;
import dev.parity.cpu.internal.model.Devices;
import dev.parity.cpu.internal.model.MatrixDevice;
import dev.parity.cpu.internal.model.ModelKernels;
import dev.parity.spi.Availability;
import dev.parity.spi.Backend;
import dev.parity.spi.BackendProvider;
import dev.parity.spi.ElementType;
import dev.parity.spi.NumericMode;
import dev.parity.spi.NumericMode.OperandRounding;
import dev.parity.spi.NumericMode.Summation;
import dev.parity.spi.OperandFormat;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// A device's model on this processor.
///
/// @param id of the backend
/// @param device what is modelled
/// @param description device and assumptions
/// @param defaultMode how it computes if nobody says otherwise
record ModelProvider(String id, MatrixDevice device, String description, NumericMode defaultMode)
        implements BackendProvider {
    private static final String CUDA = "cuda-model";
    private static final String ASCEND = "ascend-model";
    /// Preset that an NPU's description names.
    private static final String USUAL = "cube-rne";

    /// Lists every model: a GPU each, of an NPU one with each preset of its cube unit, and the defaults.
    static List<BackendProvider> all() {
        List<BackendProvider> all = new ArrayList<>();
        for (MatrixDevice gpu : Devices.GPUS) {
            String text = gpu.description() + "; assumption: order of K, errors of exp and log";
            ModelProvider model = new ModelProvider(CUDA + ":" + gpu.id(), gpu, text, Devices.mode(gpu));
            all.add(model);
            if (gpu.id().equals("a100")) {
                all.add(model.as(CUDA));
            }
        }
        for (MatrixDevice npu : Devices.NPUS) {
            for (String preset : Devices.CUBES.keySet()) {
                ModelProvider model = npu(npu, preset);
                boolean usual = preset.equals(USUAL);
                all.add(usual ? model : model.as(model.id + ":" + preset));
                if (usual && npu.id().equals("910b")) {
                    all.add(model.as(ASCEND));
                }
            }
        }
        return all;
    }

    private static ModelProvider npu(MatrixDevice npu, String preset) {
        String text = npu.description().replace(USUAL, preset) + ", order of K, errors of exp and log";
        return new ModelProvider(ASCEND + ":" + npu.id(), npu, text, Devices.mode(npu, preset));
    }

    private ModelProvider as(String other) {
        return new ModelProvider(other, device, description, defaultMode);
    }

    @Override
    public Availability availability() {
        return CpuProviders.here();
    }

    @Override
    public Backend open(int world, NumericMode mode) {
        Object[] operands = operands().toArray();
        checkMode("matMulOperands", mode.matMulOperands(), operands);
        checkMode("convOperands", mode.convOperands(), operands);
        checkMode("accumulation", mode.accumulation(), ElementType.FP32);
        checkMode("summation", mode.summation(), Summation.DEVICE);
        if (mode.deterministic()) {
            checkMode("allReduce", mode.allReduce(), CpuProviders.DETERMINISTIC.toArray());
        }
        return new HostBackend<>(id, described(mode), world, mode, new ModelKernels(mode, device.formats()));
    }

    /// What FP32 may become before it is multiplied: a GPU also has FP32 cores.
    private Set<OperandRounding> operands() {
        Set<OperandRounding> able = EnumSet.noneOf(OperandRounding.class);
        boolean gpu = Devices.GPUS.contains(device);
        if (gpu || device.formats().contains(OperandFormat.FP32)) {
            able.add(OperandRounding.NONE);
        }
        if (device.formats().contains(OperandFormat.TF32)) {
            able.add(OperandRounding.TF32);
        }
        if (device.formats().contains(OperandFormat.HF32)) {
            able.add(OperandRounding.HF32);
        }
        if (!gpu) {
            able.add(OperandRounding.FP16);
        }
        return able;
    }

    /// Names the device, and what of the mode is not its default.
    private String described(NumericMode mode) {
        List<String> changed = new ArrayList<>();
        mode.fields().forEach((field, value) -> {
            if (!value.equals(defaultMode.fields().get(field))) {
                changed.add(field + "=" + value);
            }
        });
        return changed.isEmpty() ? description : description + "; changed: " + String.join(", ", changed);
    }
}
