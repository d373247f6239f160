package dev.parity.ci;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

final class ReferenceLogsTest {
    private static final Path FOLDER = Path.of(
            System.getProperty("parity.root"),
            "reference-logs",
            "src",
            "main",
            "resources",
            "dev",
            "parity",
            "reference");

    @Test
    void everyFileIsInTheManifestWithItsOriginAndUnchanged() throws IOException, NoSuchAlgorithmException {
        JsonNode manifest =
                new YAMLMapper().readTree(Files.readString(FOLDER.resolve("MANIFEST.yaml"), StandardCharsets.UTF_8));
        List<JsonNode> entries = manifest.get("files").valueStream().toList();
        for (JsonNode entry : entries) {
            byte[] bytes = Files.readAllBytes(FOLDER.resolve(entry.get("name").asString()));
            String found = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            assertThat(found)
                    .as("%s", entry.get("name"))
                    .isEqualTo(entry.get("sha256").asString());
            assertThat(entry.get("origin").asString()).isNotBlank();
        }
        try (Stream<Path> files = Files.list(FOLDER)) {
            Set<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("MANIFEST.yaml"))
                    .collect(Collectors.toSet());
            assertThat(entries.stream().map(entry -> entry.get("name").asString()))
                    .containsExactlyInAnyOrderElementsOf(names);
        }
    }
}
