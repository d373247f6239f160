package dev.parity.ascend.internal.cann;

import java.util.regex.Pattern;

/// A generation of NPUs, which decides what is computed and how.
public enum Soc {
    /// Ascend 910A: no BF16, FP32 products as FP16, results that are too large saturate.
    ASCEND_910("Ascend910(A|B|ProA|ProB|PremiumA)"),
    /// Ascend 910B1 and later, called A2.
    A2("Ascend910B\\d.*"),
    /// Ascend 910C, called A3.
    A3("Ascend910_93\\d\\d.*");

    private final Pattern names;

    Soc(String names) {
        this.names = Pattern.compile(names);
    }

    /// Finds the generation of a system on chip.
    ///
    /// @param name as aclrtGetSocName tells it
    /// @return the generation
    /// @throws Missing if the name is of none that is supported
    static Soc of(String name) throws Missing {
        for (Soc soc : values()) {
            if (soc.names.matcher(name).matches()) {
                return soc;
            }
        }
        throw new Missing(
                name.isEmpty()
                        ? "aclrtGetSocName does not tell which NPU this is: does npu-smi info list it?"
                        : "the NPU is %s, which is not supported: needed is Ascend 910A, 910B1 or later, or 910_93xx"
                                .formatted(name));
    }

    /// Tells whether matrices are multiplied in FP32 and HF32, numbers may be BF16, and results may be infinite.
    ///
    /// @return not so on the first generation
    public boolean wide() {
        return this != ASCEND_910;
    }
}
