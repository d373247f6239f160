package dev.parity.importers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parity.trace.ColumnMap;
import dev.parity.trace.Point;
import dev.parity.trace.RunReader;
import dev.parity.trace.RunTrace;
import dev.parity.trace.TraceFormatException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TensorBoardEventsTest {
    @TempDir
    private Path folder;

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve("events.out.tfevents." + name), bytes);
    }

    // RFC 3720, B.4: the CRC-32C of "123456789" is e3069283
    @Test
    void aChecksumIsTheMaskedCrc32c() {
        int crc = 0xe3069283;
        assertThat(EventRecords.checksum("123456789".getBytes(US_ASCII), 9))
                .isEqualTo(((crc >>> 15) | (crc << 17)) + 0xa282ead8);
    }

    @Test
    void aScalarMayBeATensor() throws IOException {
        EventFile file =
                new EventFile().scalar("loss", 1, 1.5f).tensor("loss", 2, 2.5f).floats("loss", 3, Float.NaN);
        assertThat(RunReader.USUAL.read(write("1", file.bytes())).losses())
                .extracting(Point::value)
                .containsExactly(1.5, 2.5, Double.NaN);
    }

    @Test
    void aRunThatWentOnCountsFromWhereItWentOn() throws IOException {
        EventFile first = new EventFile();
        EventFile second = new EventFile();
        for (int step = 1; step <= 6; step++) {
            first.scalar("train/loss", step, step == 6 ? Float.NaN : step);
            second.scalar("train/loss", step + 4, 10 * step);
        }
        write("1700000009.host.1.0", first.bytes());
        write("1700000010.host.2.0", second.bytes());
        write("999999999.host.0.0", new EventFile().bytes()); // header only; as a text its time is the last
        RunTrace run = RunReader.USUAL.read(folder);
        assertThat(run.losses())
                .extracting(Point::value)
                .containsExactly(1.0, 2.0, 3.0, 4.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0);
        assertThat(run.notes())
                .anySatisfy(note -> assertThat(note)
                        .contains("events.out.tfevents.1700000010.host.2.0, byte 40")
                        .contains("2 points were dropped, 1 of them not finite"));
        assertThat(run.gaps()).isEmpty();
    }

    @Test
    void aTornRecordIsAGap() throws IOException {
        EventFile file = new EventFile().scalar("loss", 1, 1);
        int whole = file.size();
        byte[] bytes = file.scalar("loss", 2, 2).bytes();
        RunTrace run = RunReader.USUAL.read(write("1", Arrays.copyOf(bytes, bytes.length - 3)));
        assertThat(run.losses()).hasSize(1);
        assertThat(run.gaps()).containsExactly("events.out.tfevents.1, byte %d: the record is cut".formatted(whole));
    }

    @Test
    void aDamagedRecordIsLeftOutWithItsByte() throws IOException {
        EventFile file = new EventFile().scalar("loss", 1, 1);
        int begin = file.size();
        file.scalar("loss", 2, 2);
        int end = file.size();
        byte[] bytes = file.scalar("loss", 3, 3).bytes();
        bytes[end - 6] ^= 1; // in the data of the record that ends there
        RunTrace run = RunReader.USUAL.read(write("1", bytes));
        assertThat(run.losses()).extracting(Point::step).containsExactly(1L, 3L);
        assertThat(run.gaps())
                .containsExactly(
                        "events.out.tfevents.1, byte %d: the checksum of a record does not match: the record was not read"
                                .formatted(begin));
    }

    @Test
    void nothingIsReadBehindADamagedLength() throws IOException {
        EventFile file = new EventFile().scalar("loss", 1, 1);
        int begin = file.size();
        byte[] bytes = file.scalar("loss", 2, 2).scalar("loss", 3, 3).bytes();
        bytes[begin] ^= 1;
        RunTrace run = RunReader.USUAL.read(write("1", bytes));
        assertThat(run.losses()).extracting(Point::step).containsExactly(1L);
        assertThat(run.gaps())
                .singleElement()
                .satisfies(gap -> assertThat(gap)
                        .startsWith("events.out.tfevents.1, byte %d: the checksum of a length".formatted(begin)));
    }

    @Test
    void aTagOfAnotherNameIsMapped() throws IOException {
        Path file = write("1", new EventFile().scalar("actor/pg", 1, 3).bytes());
        assertThatThrownBy(() -> RunReader.USUAL.read(file))
                .isInstanceOf(TraceFormatException.class)
                .hasMessageContaining("found the tags [actor/pg]");
        RunReader mapped = new RunReader(Optional.empty(), new ColumnMap(Map.of("loss", "actor/pg")));
        assertThat(mapped.read(file).losses()).extracting(Point::value).containsExactly(3.0);
    }

    @Test
    void aMappedTagMustBeThere() throws IOException {
        Path file = write("1", new EventFile().scalar("loss", 1, 3).bytes());
        RunReader mapped = new RunReader(Optional.empty(), new ColumnMap(Map.of("lr", "rate")));
        assertThatThrownBy(() -> mapped.read(file)).hasMessageContaining("found no tag [rate], there are [loss]");
    }
}
