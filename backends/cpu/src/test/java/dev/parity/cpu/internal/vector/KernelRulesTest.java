package dev.parity.cpu.internal.vector;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The package's rules that can be read off its classes and sources.
final class KernelRulesTest {
    private static final String API = "jdk.incubator.vector";
    /// Methods that must take a number: they make a vector or a mask, touch an array, shift, or name a part.
    private static final Set<String> TAKE_NUMBERS =
            Set.of("broadcast", "convert", "fromArray", "intoArray", "indexInRange", "lanewise", "zero");
    /// `sum = sum.add(…)`: what a loop carries, or could, as the receiver.
    private static final Pattern CARRIED = Pattern.compile("\\b(\\w+) = \\1\\s*\\.");

    private static ClassModel model(Class<?> type) throws IOException {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        try (InputStream in =
                Optional.ofNullable(type.getResourceAsStream(name + ".class")).orElseThrow()) {
            return ClassFile.of().parse(in.readAllBytes());
        }
    }

    private static boolean isVector(ClassDesc type) {
        String name = type.isArray() ? type.componentType().displayName() : type.displayName();
        return name.endsWith("Vector") || name.startsWith("VectorMask") || name.startsWith("VectorShuffle");
    }

    private static Stream<InvokeInstruction> calls(ClassModel model) {
        return model.methods().stream()
                .flatMap(method -> method.code().stream())
                .flatMap(code -> code.elementStream())
                .filter(InvokeInstruction.class::isInstance)
                .map(InvokeInstruction.class::cast)
                .filter(call -> call.owner().asSymbol().packageName().equals(API));
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                VectorConvolution.class,
                VectorElements.class,
                VectorExact.class,
                VectorMatrix.class,
                VectorTruncated.class
            })
    void onlyLanesNamesAShape(Class<?> kernels) throws IOException {
        List<String> shapes = model(kernels).methods().stream()
                .flatMap(method -> method.code().stream())
                .flatMap(code -> code.elementStream())
                .filter(FieldInstruction.class::isInstance)
                .map(FieldInstruction.class::cast)
                .map(field -> field.name().stringValue())
                .filter(name -> name.startsWith("SPECIES_"))
                .toList();
        assertThat(shapes).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                VectorConvolution.class,
                VectorElements.class,
                VectorExact.class,
                VectorMatrix.class,
                VectorTruncated.class
            })
    void noVectorCrossesAMethodAFieldOrAnArray(Class<?> kernels) throws IOException {
        ClassModel model = model(kernels);
        List<String> found = new ArrayList<>();
        model.fields().stream()
                .filter(field -> isVector(field.fieldTypeSymbol()))
                .forEach(field -> found.add(field.fieldName().stringValue()));
        model.methods().stream()
                .filter(method -> isVector(method.methodTypeSymbol().returnType())
                        || method.methodTypeSymbol().parameterList().stream().anyMatch(KernelRulesTest::isVector))
                .forEach(method -> found.add(method.methodName().stringValue()));
        assertThat(found).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            classes = {
                VectorConvolution.class,
                VectorElements.class,
                VectorExact.class,
                VectorMatrix.class,
                VectorTruncated.class
            })
    void aScalarIsBroadcastBeforeItIsUsed(Class<?> kernels) throws IOException {
        List<String> found = calls(model(kernels))
                .filter(call -> !TAKE_NUMBERS.contains(call.name().stringValue()))
                .filter(call -> call.typeSymbol().parameterList().stream()
                        .anyMatch(type -> type.equals(ConstantDescs.CD_float) || type.equals(ConstantDescs.CD_int)))
                .map(call -> call.name().stringValue() + call.typeSymbol().displayDescriptor())
                .toList();
        assertThat(found).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"VectorConvolution", "VectorElements", "VectorExact", "VectorMatrix", "VectorTruncated"})
    void whatALoopCarriesIsNeverTheReceiver(String kernels) throws IOException {
        Path source = Path.of(System.getProperty("parity.root"))
                .resolve("backends/cpu/src/main/java/dev/parity/cpu/internal/vector")
                .resolve(kernels + ".java");
        Matcher carried = CARRIED.matcher(Files.readString(source));
        assertThat(carried.results().map(found -> found.group())).isEmpty();
    }
}
