package dev.parity.maven;

import dev.parity.checks.Checked;
import dev.parity.checks.RunsCheck;
import dev.parity.runner.Judge;
import dev.parity.statistics.Profile;
import dev.parity.statistics.Verdict;
import dev.parity.trace.TraceFormatException;
import java.io.File;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.maven.plugin.AbstractMojo;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;

/// Judges recorded traces or logs, writes a report, and fails the build by the verdict.
@Mojo(name = "check", defaultPhase = LifecyclePhase.VERIFY, requiresProject = false, threadSafe = true)
public final class CheckMojo extends AbstractMojo {
    /// Traces, logs, folders of them, or globs, of the side that is taken as right.
    @Parameter(property = "parity.reference", required = true)
    List<String> reference = List.of();

    /// The same, of the side under test.
    @Parameter(property = "parity.candidate", required = true)
    List<String> candidate = List.of();

    /// Which gates judge, and by which margins.
    @Parameter(property = "parity.profile", defaultValue = "strict")
    String profile = "strict";

    /// Other values of the profile's margins, by their names.
    @Parameter
    Map<String, Double> margins = Map.of();

    /// Gates that must be judged.
    @Parameter(property = "parity.require")
    Set<String> require = Set.of();

    /// Comparability keys that may differ, each with a reason.
    @Parameter
    Map<String, String> waive = Map.of();

    /// Folder of the report.
    @Parameter(property = "parity.reportFolder", defaultValue = "${project.build.directory}/parity")
    File reportFolder = new File("target", "parity");

    /// Verdicts that fail the build.
    @Parameter(property = "parity.failOn", defaultValue = "FAIL,INVALID,INCONCLUSIVE")
    Set<Verdict> failOn = EnumSet.of(Verdict.FAIL, Verdict.INVALID, Verdict.INCONCLUSIVE);

    /// What relative paths begin at.
    @Parameter(defaultValue = "${basedir}", readonly = true)
    File basedir = new File("");

    /// Leaves the check out.
    @Parameter(property = "parity.skip", defaultValue = "false")
    boolean skip;

    /// For Maven.
    public CheckMojo() {}

    @Override
    public void execute() throws MojoExecutionException, MojoFailureException {
        if (skip) {
            getLog().info("parity:check is skipped (parity.skip)");
            return;
        }
        Checked checked = check();
        Verdict verdict = checked.result().verdict();
        if (failOn.contains(verdict)) {
            throw new MojoFailureException(checked.text());
        }
        switch (verdict) {
            case PASS -> getLog().info(checked.text());
            case WARN, INCONCLUSIVE, INVALID, FAIL, NOT_JUDGED -> getLog().warn(checked.text());
        }
    }

    /// A build of several modules runs in the folder of the first.
    private List<String> absolute(List<String> runs) {
        return runs.stream()
                .map(each -> basedir.toPath().resolve(each).toString())
                .toList();
    }

    private Checked check() throws MojoExecutionException {
        try {
            Judge judge = new Judge(Profile.named(profile).with(margins), waive, require, Optional.empty());
            return new RunsCheck(absolute(reference), absolute(candidate), judge).run(reportFolder.toPath());
        } catch (IllegalArgumentException | TraceFormatException | UncheckedIOException problem) {
            throw new MojoExecutionException("parity:check: " + problem.getMessage(), problem);
        }
    }
}
