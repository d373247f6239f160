package dev.parity.testng;

/// Groups that parity tests are chosen by, such as `mvn test -Dgroups=smoke`.
public final class Groups {
    /// Short tests, for each change.
    public static final String SMOKE = "smoke";

    /// Whole studies, for each night.
    public static final String NIGHTLY = "nightly";

    /// Tests that need an NVIDIA GPU.
    public static final String CUDA = "cuda";

    /// Tests that need an Ascend NPU.
    public static final String ASCEND = "ascend";

    private Groups() {}
}
