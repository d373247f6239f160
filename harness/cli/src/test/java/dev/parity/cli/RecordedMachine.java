package dev.parity.cli;

import dev.parity.spi.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A machine written down in a text file. Behind `=== ` stands a path with its text below, `device` or `denied`
/// behind it; or `$ ` and a command with its output below, `code=N` behind it; or `env NAME=VALUE`.
final class RecordedMachine implements Machine {
    private static final Pattern COMMAND = Pattern.compile("\\$ (.*?)(?: code=(\\d+))?");

    private final TreeMap<String, String> files = new TreeMap<>();
    private final Set<String> denied = new HashSet<>();
    private final Map<String, Ran> tools = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();

    RecordedMachine(String name) {
        try (InputStream in =
                Objects.requireNonNull(RecordedMachine.class.getResourceAsStream("machines/%s.txt".formatted(name)))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String section : text.split("(?m)^=== ", -1)) {
                if (!section.isBlank()) {
                    add(section);
                }
            }
        } catch (IOException problem) {
            throw new UncheckedIOException(problem);
        }
    }

    private void add(String section) {
        int end = section.indexOf('\n');
        String head = section.substring(0, end);
        String body = section.substring(end + 1);
        Matcher command = COMMAND.matcher(head);
        if (command.matches()) {
            int code = Integer.parseInt(Objects.requireNonNullElse(command.group(2), "0"));
            tools.put(command.group(1), new Ran.Ended(code, body));
        } else if (head.startsWith("env ")) {
            String[] pair = head.substring(4).split("=", 2);
            environment.put(pair[0], pair[1]);
        } else {
            String path = head.split(" ", -1)[0];
            files.put(path, body);
            if (head.endsWith(" denied")) {
                denied.add(path);
            }
        }
    }

    @Override
    public List<String> list(String folder) {
        String inside = folder + "/";
        return files.keySet().stream()
                .filter(path -> path.startsWith(inside))
                .map(path -> path.substring(inside.length()).split("/", -1)[0])
                .distinct()
                .toList();
    }

    @Override
    public Access access(String path) {
        if (denied.contains(path)) {
            return Access.DENIED;
        }
        return files.containsKey(path) || !list(path).isEmpty() ? Access.USABLE : Access.ABSENT;
    }

    @Override
    public Optional<String> read(String path) {
        return access(path) == Access.USABLE ? Optional.ofNullable(files.get(path)) : Optional.empty();
    }

    @Override
    public Ran run(String... command) {
        return tools.getOrDefault(
                String.join(" ", command), new Ran.Failed(command[0] + " does not start: No such file or directory"));
    }

    @Override
    public Map<String, String> environment() {
        return Map.copyOf(environment);
    }
}
