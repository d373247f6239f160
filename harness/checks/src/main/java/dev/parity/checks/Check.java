package dev.parity.checks;

import java.nio.file.Path;
import java.util.Optional;

/// A question whether two sides are the same training.
public sealed interface Check permits RunsCheck, ScenarioCheck {
    /// Names the check for people.
    ///
    /// @return heading of its report
    String title();

    /// Names a folder for report and traces.
    ///
    /// @return the same for the same question, of letters, digits and `+-_.=,`
    String folderName();

    /// Says how to ask the same on a command line.
    ///
    /// @return a line for a shell
    String command();

    /// Says why the check cannot be made here.
    ///
    /// @return in the words of the backend's provider; empty if nothing stands in the way
    /// @throws IllegalArgumentException if there is no such backend
    Optional<String> missing();

    /// Makes the check and writes its report.
    ///
    /// @param folder of report and traces
    /// @return the answer
    /// @throws IllegalArgumentException if what is asked cannot be read or judged, or the folder is in use
    /// @throws dev.parity.runner.RunFailedException if a run fails
    Checked run(Path folder);
}
