package dev.parity.runner;

import dev.parity.engine.DataException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/// Downloads CIFAR-10 and unpacks it; nothing is kept of a download that is not what it should be.
public final class DataFetcher {
    /// Where the official binary version lies.
    public static final URI OFFICIAL = URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz");

    /// SHA-256 of the official binary version, 170,052,171 bytes (as TensorFlow Datasets records it).
    public static final String OFFICIAL_SHA256 = "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd";

    private DataFetcher() {}

    /// Fetches an archive.
    ///
    /// @param source where the tar.gz lies
    /// @param sha256 what its bytes must hash to
    /// @param folder where it is unpacked; made if absent
    /// @throws DataException if it cannot be had, or is another file
    public static void fetch(URI source, String sha256, Path folder) {
        Path archive = folder.resolve("cifar-10.tar.gz.part");
        try {
            Files.createDirectories(folder);
            String found = download(source, archive);
            if (!found.equalsIgnoreCase(sha256)) {
                throw new DataException(
                        "%s: expected SHA-256 %s, found %s; nothing was unpacked".formatted(source, sha256, found));
            }
            unpack(archive, folder);
        } catch (IOException problem) {
            throw new DataException("cannot fetch %s: %s".formatted(source, problem), problem);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new DataException("the download of %s was interrupted".formatted(source), interrupt);
        } finally {
            remove(archive);
        }
    }

    /// Checks an archive that was fetched by other means.
    ///
    /// @param archive a file
    /// @throws DataException if it cannot be read, or is not the official binary version
    public static void verify(Path archive) {
        MessageDigest digest = sha256();
        try (InputStream in = Files.newInputStream(archive);
                OutputStream out = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            in.transferTo(out);
        } catch (IOException problem) {
            throw new DataException("cannot read %s: %s".formatted(archive, problem), problem);
        }
        String found = HexFormat.of().formatHex(digest.digest());
        if (!found.equals(OFFICIAL_SHA256)) {
            throw new DataException("%s: expected SHA-256 %s of the official archive, found %s"
                    .formatted(archive, OFFICIAL_SHA256, found));
        }
    }

    private static void remove(Path archive) {
        try {
            Files.deleteIfExists(archive);
        } catch (IOException problem) {
            throw new DataException("cannot remove %s: %s".formatted(archive, problem), problem);
        }
    }

    private static String download(URI source, Path archive) throws IOException, InterruptedException {
        MessageDigest digest = sha256();
        try (HttpClient client = HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .connectTimeout(Duration.ofSeconds(30))
                        .build();
                OutputStream out = new DigestOutputStream(Files.newOutputStream(archive), digest)) {
            HttpResponse<InputStream> response =
                    client.send(HttpRequest.newBuilder(source).build(), HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                if (response.statusCode() != 200) {
                    throw new DataException(
                            "%s: expected status 200, found %d".formatted(source, response.statusCode()));
                }
                body.transferTo(out);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private static void unpack(Path archive, Path folder) throws IOException {
        try (TarArchiveInputStream tar = new TarArchiveInputStream(
                new GZIPInputStream(new BufferedInputStream(Files.newInputStream(archive))))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path root = folder.toAbsolutePath().normalize();
                Path target = root.resolve(entry.getName()).normalize();
                if (!target.startsWith(root)) {
                    throw new DataException("%s: entry %s leads out of the folder".formatted(archive, entry.getName()));
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else if (entry.isFile()) {
                    Files.createDirectories(target.getParent());
                    Files.copy(tar, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
