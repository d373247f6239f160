package dev.parity.ci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.codehaus.groovy.ast.CodeVisitorSupport;
import org.codehaus.groovy.ast.expr.ConstantExpression;
import org.codehaus.groovy.ast.expr.MethodCallExpression;
import org.codehaus.groovy.ast.expr.TupleExpression;
import org.codehaus.groovy.control.CompilationFailedException;
import org.codehaus.groovy.control.CompilationUnit;
import org.codehaus.groovy.control.Phases;
import org.junit.jupiter.api.Test;

/// The Jenkins pipeline: parsed by Groovy, as Jenkins does, and held to what its three stages must do.
final class JenkinsfileTest {
    /// A step or section: its name, and its argument if that is a single text.
    private record Call(String name, String text) {}

    private static List<Call> parse(String pipeline) {
        CompilationUnit unit = new CompilationUnit();
        unit.addSource("Jenkinsfile", pipeline);
        unit.compile(Phases.CONVERSION);
        List<Call> calls = new ArrayList<>();
        unit.getAST().getModules().getFirst().getStatementBlock().visit(new CodeVisitorSupport() {
            @Override
            public void visitMethodCallExpression(MethodCallExpression call) {
                calls.add(new Call(call.getMethodAsString(), text(call)));
                super.visitMethodCallExpression(call);
            }
        });
        return calls;
    }

    private static String text(MethodCallExpression call) {
        return call.getArguments() instanceof TupleExpression arguments
                        && !arguments.getExpressions().isEmpty()
                        && arguments.getExpression(0) instanceof ConstantExpression constant
                ? String.valueOf(constant.getValue())
                : "";
    }

    private static String pipeline() throws IOException {
        return Files.readString(Path.of("templates", "Jenkinsfile"));
    }

    @Test
    void twoAgentsRecordAndAThirdJudgesByTheSameScript() throws IOException {
        List<Call> calls = parse(pipeline());
        assertThat(calls.getFirst().name).isEqualTo("pipeline");
        assertThat(calls.stream().filter(call -> call.name.equals("stage")))
                .extracting(Call::text)
                .containsExactly("record", "gpu", "npu", "judge");
        assertThat(calls.stream().filter(call -> call.name.equals("label")))
                .extracting(Call::text)
                .containsExactly("gpu", "npu");
        assertThat(calls.stream().filter(call -> call.name.equals("sh")))
                .extracting(Call::text)
                .containsExactly(
                        "\"$PARITY_HOME/ci/gate.sh\" record \"$PARITY_SCENARIO\" cuda gpu --seeds \"$PARITY_SEEDS\"",
                        "\"$PARITY_HOME/ci/gate.sh\" record \"$PARITY_SCENARIO\" ascend npu --seeds \"$PARITY_SEEDS\"",
                        "\"$PARITY_HOME/ci/gate.sh\" judge gpu npu report");
        assertThat(calls).contains(new Call("unstash", "gpu"), new Call("unstash", "npu"));
        assertThat(calls).contains(new Call("junit", "report/junit.xml"));
    }

    @Test
    void aBraceTooFewIsRefused() throws IOException {
        String broken = pipeline().replaceFirst("}\n", "\n");
        assertThatThrownBy(() -> parse(broken)).isInstanceOf(CompilationFailedException.class);
    }
}
