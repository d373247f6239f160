package dev.parity.junit;

import dev.parity.checks.Checked;
import dev.parity.checks.Outcome;
import dev.parity.checks.ScenarioCheck;
import dev.parity.statistics.Evidence;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeTestExecutionCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/// Makes the check of a [ParityTest], then a test of each gate.
final class ParityExtension implements TestTemplateInvocationContextProvider, ExecutionCondition {
    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(ParityExtension.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        if (context.getStore(NAMESPACE).get(context.getRequiredTestMethod()) != null) {
            return ConditionEvaluationResult.enabled("both sides were run");
        }
        return check(annotation(context))
                .missing()
                .map(ConditionEvaluationResult::disabled)
                .orElseGet(() -> ConditionEvaluationResult.enabled("both devices are here"));
    }

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return AnnotationSupport.isAnnotated(context.getTestMethod(), ParityTest.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
        ParityTest test = annotation(context);
        String name = "%s.%s"
                .formatted(
                        context.getRequiredTestClass().getName(),
                        context.getRequiredTestMethod().getName());
        Checked checked = check(test).run(Path.of(test.folder(), name));
        context.getStore(NAMESPACE).put(context.getRequiredTestMethod(), checked);
        Outcomes.publish(checked, context::publishFile);
        return checked.result().evidence().stream().map(gate -> new GateTest(checked, gate, test.inconclusive()));
    }

    private static ScenarioCheck check(ParityTest test) {
        return ScenarioCheck.of(
                        test.scenario(),
                        test.reference(),
                        test.candidate(),
                        test.seeds(),
                        test.profile(),
                        List.of(test.set()))
                .requiring(Set.of(test.require()));
    }

    private static ParityTest annotation(ExtensionContext context) {
        return AnnotationSupport.findAnnotation(context.getTestMethod(), ParityTest.class)
                .orElseThrow();
    }

    /// The test of a gate.
    private record GateTest(Checked checked, Evidence gate, Outcome inconclusive)
            implements TestTemplateInvocationContext, BeforeTestExecutionCallback, ParameterResolver {
        @Override
        public String getDisplayName(int invocationIndex) {
            return gate.gate();
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            return List.of(this);
        }

        @Override
        public void beforeTestExecution(ExtensionContext context) {
            Outcomes.tell(checked, gate, inconclusive);
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            Class<?> type = parameter.getParameter().getType();
            return type == Evidence.class || type == Checked.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Evidence.class ? gate : checked;
        }
    }
}
