package dev.parity.ascend.internal.cann;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Every C function that is called, with its type. One table serves CANN 8.1 to 9.x: what changes between them is
/// which library holds a function.
public final class Prototypes {
    /// How the second phase of every operator is called: workspace, its size, executor, stream.
    private static final String PHASE_TWO = "I(AJAA)";

    /// What CANN 8.1 may lack, so that its absence is no reason not to start.
    private static final List<Prototype> OPTIONAL = parse("""
            aclsysGetCANNVersion I(IA)
            aclsysGetVersionStr I(AA)
            HcclSetConfig I(I{I})
            """);

    private static final List<Prototype> RUNTIME = parse("""
            aclInit I(A)
            aclGetRecentErrMsg A()
            aclrtGetVersion I(AAA)
            aclrtGetSocName A()
            aclrtGetDeviceCount I(A)
            aclrtSetDevice I(I)
            aclrtResetDevice I(I)
            aclrtCreateStream I(A)
            aclrtDestroyStreamForce I(A)
            aclrtSynchronizeStreamWithTimeout I(AI)
            aclrtStreamWaitEvent I(AA)
            aclrtCreateEventWithFlag I(AI)
            aclrtDestroyEvent I(A)
            aclrtRecordEvent I(AA)
            aclrtMalloc I(AJI)
            aclrtFree I(A)
            aclrtMallocHost I(AJ)
            aclrtFreeHost I(A)
            aclrtMemcpyAsync I(AJAJIA)
            aclrtMemsetAsync I(AJIJA)
            aclrtSetDeviceSatMode I(I)
            aclrtGetDeviceSatMode I(A)
            aclrtSetStreamOverflowSwitch I(AI)
            aclrtGetOverflowStatus I(AJA)
            aclrtResetOverflowStatus I(A)
            aclrtCtxSetSysParamOpt I(IJ)
            aclrtSetSysParamOpt I(IJ)
            """);

    private static final List<Prototype> BASE = parse("""
            aclCreateTensor A(AJIAJIAJA)
            aclCreateScalar A(AI)
            aclCreateIntArray A(AJ)
            aclCreateBoolArray A(AJ)
            aclDestroyTensor I(A)
            aclDestroyScalar I(A)
            aclDestroyIntArray I(A)
            aclDestroyBoolArray I(A)
            aclSetAclOpExecutorRepeatable I(A)
            aclDestroyAclOpExecutor I(A)
            """);

    /// First phases, without `GetWorkspaceSize` in the name; the last two arguments are the size and the executor.
    private static final List<Prototype> OPERATORS = parse("""
            aclnnMatmul I(AAABAA)
            aclnnBatchMatMul I(AAABAA)
            aclnnConvolution I(AAAAAAZAJABAA)
            aclnnConvolutionBackward I(AAAAAAAZAIABAAAAA)
            aclnnSoftmax I(AJAAA)
            aclnnSoftmaxBackward I(AAJAAA)
            aclnnAdd I(AAAAAA)
            aclnnAdds I(AAAAAA)
            aclnnSub I(AAAAAA)
            aclnnMul I(AAAAA)
            aclnnMuls I(AAAAA)
            aclnnDiv I(AAAAA)
            aclnnDivs I(AAAAA)
            aclnnMaximum I(AAAAA)
            aclnnSqrt I(AAAA)
            aclnnExp I(AAAA)
            aclnnLog I(AAAA)
            aclnnCast I(AIAAA)
            aclnnInplaceCopy I(AAAA)
            aclnnInplaceZero I(AAA)
            aclnnGtScalar I(AAAAA)
            aclnnGeScalar I(AAAAA)
            aclnnLeScalar I(AAAAA)
            aclnnLtScalar I(AAAAA)
            aclnnNeScalar I(AAAAA)
            aclnnGtTensor I(AAAAA)
            aclnnLtTensor I(AAAAA)
            aclnnEqTensor I(AAAAA)
            aclnnNeTensor I(AAAAA)
            aclnnLogicalAnd I(AAAAA)
            aclnnLogicalOr I(AAAAA)
            aclnnLogicalNot I(AAAA)
            aclnnSWhere I(AAAAAA)
            aclnnAmax I(AAZAAA)
            aclnnAmin I(AAZAAA)
            aclnnReduceSum I(AAZIAAA)
            aclnnCumsum I(AJIAAA)
            aclnnIsFinite I(AAAA)
            aclnnAll I(AAZAAA)
            aclnnIndexSelect I(AJAAAA)
            """);

    private static final List<Prototype> COLLECTIVES = parse("""
            HcclCommInitAll I(IAA)
            HcclCommDestroy I(A)
            HcclAllReduce I(AAJIIAA)
            HcclAlltoAll I(AJIAJIAA)
            HcclBroadcast I(AJIIAA)
            HcclGetErrorString A(I)
            """);

    private static final Map<String, Prototype> ALL = Stream.of(OPTIONAL, runtimeAndBase(), operators(), COLLECTIVES)
            .flatMap(List::stream)
            .collect(Collectors.toUnmodifiableMap(Prototype::name, Function.identity()));

    private Prototypes() {}

    private static List<Prototype> parse(String table) {
        return table.lines()
                .map(line -> line.split(" "))
                .map(parts -> new Prototype(parts[0], parts[1]))
                .toList();
    }

    /// Returns every function.
    ///
    /// @return by name
    public static Map<String, Prototype> all() {
        return ALL;
    }

    /// Lists what the runtime and its base library must have.
    ///
    /// @return at least one
    static List<Prototype> runtimeAndBase() {
        return Stream.of(RUNTIME, BASE).flatMap(List::stream).toList();
    }

    /// Lists both phases of every operator.
    ///
    /// @return two for each operator
    static List<Prototype> operators() {
        return OPERATORS.stream()
                .flatMap(first -> Stream.of(
                        new Prototype(first.name() + "GetWorkspaceSize", first.type()),
                        new Prototype(first.name(), PHASE_TWO)))
                .toList();
    }

    /// Lists what ranks with a device each meet by.
    ///
    /// @return at least one
    static List<Prototype> collectives() {
        return COLLECTIVES;
    }
}
