package dev.parity.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parity.spi.Doctor;
import dev.parity.spi.Doctor.Finding;
import dev.parity.spi.Doctor.Level;
import dev.parity.spi.Machine.Access;
import dev.parity.spi.Machine.Ran;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What is found on machines that are written down: their layouts are those of public documents, not recorded by us.
final class DoctorTest {
    private static DoctorCommand.Checkup checkup(String machine) {
        return DoctorCommand.Checkup.of(new RecordedMachine(machine), Doctor.all());
    }

    private static Finding finding(List<Finding> findings, String subject) {
        return findings.stream()
                .filter(each -> each.subject().equals(subject))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no finding on " + subject + " in " + findings));
    }

    private static Finding npu(DoctorCommand.Checkup checkup, String subject) {
        return finding(checkup.devices().get("npu").findings(), subject);
    }

    private static Finding gpu(DoctorCommand.Checkup checkup, String subject) {
        return finding(checkup.devices().get("gpu").findings(), subject);
    }

    @Test
    void aGoodNpuMachineHasNothingToMend() {
        DoctorCommand.Checkup found = checkup("npu-910b-8.1");
        assertThat(found.devices().get("npu").findings()).allMatch(each -> each.level() == Level.OK);
        assertThat(npu(found, "driver").found()).isEqualTo("24.1.rc3");
        assertThat(npu(found, "npu-smi").found()).isEqualTo("2 of 910B3, healthy");
        assertThat(npu(found, "toolkit").found()).isEqualTo("8.1.RC1 in /usr/local/Ascend/ascend-toolkit/latest");
        assertThat(npu(found, "operators").found()).isEqualTo("libopapi.so");
        assertThat(finding(found.host(), "NUMA").level()).isEqualTo(Level.WARN);
        assertThat(finding(found.host(), "locked memory").found()).isEqualTo("unlimited");
    }

    // devices and mounts as in the first step of the port: wangshuai09/Notebook, DeepSpeed MoE on Ascend
    @Test
    void theContainerGetsTheDevicesAndFilesThatAreThere() {
        assertThat(checkup("npu-910b-8.1").docker("npu"))
                .contains("docker run --rm -it --network host --shm-size 16g --ulimit memlock=-1"
                        + " --device /dev/davinci0 --device /dev/davinci1 --device /dev/davinci_manager"
                        + " --device /dev/devmm_svm --device /dev/hisi_hdc"
                        + " -v /usr/local/dcmi:/usr/local/dcmi:ro -v /usr/local/bin/npu-smi:/usr/local/bin/npu-smi:ro"
                        + " -v /usr/local/Ascend/driver/lib64:/usr/local/Ascend/driver/lib64:ro"
                        + " -v /usr/local/Ascend/driver/version.info:/usr/local/Ascend/driver/version.info:ro"
                        + " parity-npu");
        assertThat(checkup("gpu-a100").docker("gpu").orElseThrow()).endsWith(" --gpus all parity-gpu");
        assertThat(checkup("broken").docker("gpu").orElseThrow())
                .endsWith(" --device /dev/nvidia0 --device /dev/nvidiactl parity-gpu");
        assertThat(checkup("laptop").docker("npu")).isEmpty();
    }

    @Test
    void theNewLayoutIsKnownAndATightContainerIsWarnedOf() {
        DoctorCommand.Checkup found = checkup("npu-9.1");
        assertThat(found.devices().get("npu").usable()).isTrue();
        assertThat(npu(found, "toolkit").found()).isEqualTo("9.1.0 in /usr/local/Ascend/cann");
        assertThat(npu(found, "operators").found()).startsWith("libopapi_nn.so; libopapi.so beside it");
        assertThat(found.host())
                .filteredOn(each -> each.level() == Level.WARN)
                .extracting(Finding::subject)
                .containsExactly("open files", "locked memory", "shared memory");
        assertThat(finding(found.host(), "shared memory").found()).isEqualTo("67108864 bytes");
        assertThat(finding(found.host(), "cores").found()).isEqualTo("bound to 0-7 of 0-63");
    }

    @Test
    void aGoodGpuMachineHasNothingToMend() {
        DoctorCommand.Checkup found = checkup("gpu-a100");
        assertThat(found.devices().get("gpu").findings()).allMatch(each -> each.level() == Level.OK);
        assertThat(gpu(found, "driver").found()).isEqualTo("580.65.06");
        assertThat(gpu(found, "toolkit").found()).isEqualTo("CUDA 13.0.1, libcudart.so.13");
        assertThat(gpu(found, "nvidia-smi").found())
                .isEqualTo("NVIDIA A100-SXM4-80GB, 8.0; NVIDIA A100-SXM4-80GB, 8.0");
        assertThat(found.devices().get("npu").usable()).isFalse();
    }

    @Test
    void aLaptopHasNoDeviceAndThatIsAllThatIsSaid() {
        DoctorCommand.Checkup found = checkup("laptop");
        found.devices().values().forEach(each -> {
            assertThat(each.usable()).isFalse();
            assertThat(each.findings())
                    .singleElement()
                    .extracting(Finding::subject)
                    .isEqualTo("device");
        });
    }

    @Test
    void eachFaultOfABrokenMachineIsNamedWithItsRemedy() {
        DoctorCommand.Checkup found = checkup("broken");
        assertThat(npu(found, "device").found()).isEqualTo("no permission for /dev/davinci0");
        assertThat(npu(found, "device").remedy()).contains("group");
        assertThat(npu(found, "control").found()).isEqualTo("no /dev/hisi_hdc");
        assertThat(npu(found, "control").remedy()).endsWith("--device /dev/hisi_hdc");
        assertThat(npu(found, "driver").level()).isEqualTo(Level.MISSING);
        assertThat(npu(found, "npu-smi").found()).isEqualTo("1 of 2 of 910B3 not healthy");
        assertThat(npu(found, "layout").level()).isEqualTo(Level.WARN);
        assertThat(npu(found, "ASCEND_OPP_PATH").found()).isEqualTo("no folder /opt/gone/opp");
        assertThat(npu(found, "LD_LIBRARY_PATH").remedy()).contains("/usr/local/Ascend/cann/set_env.sh");
        assertThat(gpu(found, "driver").remedy()).contains("580 or later");
        assertThat(gpu(found, "nvidia-smi").found()).contains("code 18", "Driver/library version mismatch");
        assertThat(gpu(found, "toolkit").level()).isEqualTo(Level.MISSING);
        assertThat(found.devices().values()).noneMatch(Doctor.Examination::usable);
        assertThat(found.devices().values())
                .allSatisfy(each -> assertThat(each.findings())
                        .filteredOn(finding -> finding.level() != Level.OK)
                        .allMatch(finding -> !finding.remedy().isBlank()));
    }

    @Test
    @Timeout(60)
    void thisMachineIsReadAndAToolThatHangsIsEnded(@TempDir Path folder) throws IOException {
        SystemMachine machine = new SystemMachine(1);
        Path file = Files.writeString(folder.resolve("a"), "text");
        assertThat(machine.read(file.toString())).contains("text");
        assertThat(machine.list(folder.toString())).containsExactly("a");
        assertThat(machine.access(folder.resolve("b").toString())).isEqualTo(Access.ABSENT);
        assertThat(machine.access("/dev/null")).isEqualTo(Access.USABLE);
        assertThat(machine.run("sh", "-c", "echo out; exit 3")).isEqualTo(new Ran.Ended(3, "out\n"));
        assertThat(machine.run("sleep", "50")).isEqualTo(new Ran.Failed("sleep did not end within 1 s"));
        assertThat(machine.run("no-such-tool")).isInstanceOf(Ran.Failed.class);
    }
}
