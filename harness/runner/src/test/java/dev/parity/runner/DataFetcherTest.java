package dev.parity.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.parity.engine.DataException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Fetches from a server on loopback.
final class DataFetcherTest {
    @TempDir
    private Path folder;

    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        serve("/good.tar.gz", archive("cifar-10-batches-bin/test_batch.bin"));
        serve("/evil.tar.gz", archive("../outside.bin"));
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void serve(String path, byte[] bytes) {
        server.createContext(path, exchange -> {
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private static byte[] archive(String name) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            TarArchiveEntry entry = new TarArchiveEntry(name, true);
            entry.setSize(5);
            entry.setModTime(0); // equal bytes each time
            tar.putArchiveEntry(entry);
            tar.write("hello".getBytes(StandardCharsets.US_ASCII));
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private URI at(String path) {
        return URI.create("http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path));
    }

    private long filesLeft() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    @Test
    void anArchiveWithItsChecksumIsUnpacked() throws IOException, NoSuchAlgorithmException {
        DataFetcher.fetch(at("/good.tar.gz"), sha256(archive("cifar-10-batches-bin/test_batch.bin")), folder);
        assertThat(folder.resolve("cifar-10-batches-bin/test_batch.bin")).hasContent("hello");
        assertThat(filesLeft()).isEqualTo(1);
    }

    @Test
    void anotherChecksumIsRefusedAndNothingIsLeft() throws IOException {
        assertThatThrownBy(() -> DataFetcher.fetch(at("/good.tar.gz"), DataFetcher.OFFICIAL_SHA256, folder))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected SHA-256 " + DataFetcher.OFFICIAL_SHA256);
        assertThat(filesLeft()).isZero();
    }

    @Test
    void anErrorOfTheServerIsReportedAndNothingIsLeft() throws IOException {
        assertThatThrownBy(() -> DataFetcher.fetch(at("/nowhere"), "00", folder))
                .hasMessageContaining("expected status 200, found 404");
        assertThat(filesLeft()).isZero();
    }

    @Test
    void aServerThatIsNotThereIsReported() {
        URI dead = URI.create("http://127.0.0.1:1/x.tar.gz");
        assertThatThrownBy(() -> DataFetcher.fetch(dead, "00", folder)).hasMessageContaining("cannot fetch " + dead);
    }

    @Test
    void anEntryThatLeadsOutOfTheFolderIsRefused() throws IOException, NoSuchAlgorithmException {
        String sum = sha256(archive("../outside.bin"));
        assertThatThrownBy(() -> DataFetcher.fetch(at("/evil.tar.gz"), sum, folder))
                .hasMessageContaining("leads out of the folder");
        assertThat(folder.resolveSibling("outside.bin")).doesNotExist();
    }
}
