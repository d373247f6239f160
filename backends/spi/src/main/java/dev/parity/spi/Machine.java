package dev.parity.spi;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/// What a look at a machine needs; a recorded one takes its place in tests.
public interface Machine {
    /// Lists a folder.
    ///
    /// @param folder absolute
    /// @return the names in it, sorted; none if it is not there or not readable
    List<String> list(String folder);

    /// Says what this user may do with a file, folder or device.
    ///
    /// @param path absolute
    /// @return whether it is there, and usable
    Access access(String path);

    /// Reads a small text file.
    ///
    /// @param path absolute
    /// @return empty if it is not there or not readable
    Optional<String> read(String path);

    /// Runs a tool, for some seconds at most.
    ///
    /// @param command name and arguments
    /// @return what became of it
    Ran run(String... command);

    /// Returns the environment.
    ///
    /// @return variables by name
    Map<String, String> environment();

    /// Lists the files of a folder whose names fit.
    ///
    /// @param folder absolute
    /// @param name that a file must have
    /// @return absolute paths, sorted
    default List<String> matching(String folder, Pattern name) {
        return list(folder).stream()
                .filter(each -> name.matcher(each).matches())
                .map(each -> folder + "/" + each)
                .toList();
    }

    /// Returns a variable of the environment.
    ///
    /// @param name of the variable
    /// @return empty if it is not set
    default String variable(String name) {
        return Objects.requireNonNullElse(environment().get(name), "");
    }

    /// What a user may do.
    enum Access {
        /// It does not exist.
        ABSENT,
        /// It is there, and this user may not use it.
        DENIED,
        /// It is there, and this user may read it, or read and write it if it is a device.
        USABLE
    }

    /// What became of a tool.
    sealed interface Ran {
        /// It ended.
        ///
        /// @param code 0 for success
        /// @param out what it printed
        record Ended(int code, String out) implements Ran {}

        /// It did not start, or did not end in time.
        ///
        /// @param reason in the system's words
        record Failed(String reason) implements Ran {}
    }
}
