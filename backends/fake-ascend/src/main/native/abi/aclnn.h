// Operators of the vector and the cube unit. ACLNN declares both phases of one: the arguments before the workspace's
// size and the executor are the operator's own.
#pragma once
#include "nnopbase.h"

#define ACLNN(name, ...) \
    aclnnStatus aclnn##name##GetWorkspaceSize(__VA_ARGS__, uint64_t *workspaceSize, aclOpExecutor **executor); \
    aclnnStatus aclnn##name(void *workspace, uint64_t workspaceSize, aclOpExecutor *executor, aclrtStream stream);

extern "C" {

// Element by element
ACLNN(Add, const aclTensor *self, const aclTensor *other, const aclScalar *alpha, aclTensor *out)
ACLNN(Adds, const aclTensor *self, const aclScalar *other, const aclScalar *alpha, aclTensor *out)
ACLNN(Sub, const aclTensor *self, const aclTensor *other, const aclScalar *alpha, aclTensor *out)
ACLNN(Mul, const aclTensor *self, const aclTensor *other, aclTensor *out)
ACLNN(Muls, const aclTensor *self, const aclScalar *other, aclTensor *out)
ACLNN(Div, const aclTensor *self, const aclTensor *other, aclTensor *out)
ACLNN(Divs, const aclTensor *self, const aclScalar *other, aclTensor *out)
ACLNN(Maximum, const aclTensor *self, const aclTensor *other, aclTensor *out)
ACLNN(Minimum, const aclTensor *self, const aclTensor *other, aclTensor *out)
ACLNN(Neg, const aclTensor *self, aclTensor *out)
ACLNN(Sqrt, const aclTensor *self, aclTensor *out)
ACLNN(Exp, const aclTensor *self, aclTensor *out)
ACLNN(Log, const aclTensor *self, aclTensor *out)
ACLNN(Cast, const aclTensor *self, aclDataType dtype, aclTensor *out)
ACLNN(Relu, const aclTensor *self, const aclTensor *out)
ACLNN(ThresholdBackward, const aclTensor *gradOutput, const aclTensor *self, const aclScalar *threshold, aclTensor *out)

// Copies, indices and choice
ACLNN(InplaceCopy, aclTensor *selfRef, const aclTensor *src)
ACLNN(InplaceZero, aclTensor *selfRef)
ACLNN(InplaceFillScalar, aclTensor *selfRef, const aclScalar *value)
ACLNN(Permute, const aclTensor *self, const aclIntArray *dims, aclTensor *out)
ACLNN(IndexSelect, const aclTensor *self, int64_t dim, const aclTensor *index, aclTensor *out)
ACLNN(IndexAdd, const aclTensor *self, int64_t dim, const aclTensor *index, const aclTensor *source, const aclScalar
      *alpha, aclTensor *out)
ACLNN(SWhere, const aclTensor *condition, const aclTensor *self, const aclTensor *other, aclTensor *out)

// Comparison
ACLNN(GtScalar, const aclTensor *self, const aclScalar *other, aclTensor *out)
ACLNN(GtTensor, const aclTensor *self, const aclTensor *other, aclTensor *out)
ACLNN(LeScalar, const aclTensor *self, const aclScalar *other, aclTensor *out)
ACLNN(LtScalar, const aclTensor *self, const aclScalar *other, aclTensor *out)
ACLNN(LtTensor, const aclTensor *self, const aclTensor *other, aclTensor *out)
ACLNN(GeScalar, const aclTensor *self, const aclScalar *other, aclTensor *out)
ACLNN(EqTensor, const aclTensor *self, const aclTensor *other, aclTensor *out)
ACLNN(EqScalar, const aclTensor *self, const aclScalar *other, aclTensor *out)
ACLNN(NeTensor, const aclTensor *self, const aclTensor *other, aclTensor *out)
ACLNN(NeScalar, const aclTensor *self, const aclScalar *other, aclTensor *out)
ACLNN(LogicalAnd, const aclTensor *self, const aclTensor *other, aclTensor *out)
ACLNN(LogicalOr, const aclTensor *self, const aclTensor *other, aclTensor *out)
ACLNN(LogicalNot, const aclTensor *self, aclTensor *out)
ACLNN(IsFinite, const aclTensor *self, aclTensor *out)

// Reductions and losses
ACLNN(Amax, const aclTensor *self, const aclIntArray *dim, bool keepDim, aclTensor *out)
ACLNN(Amin, const aclTensor *self, const aclIntArray *dim, bool keepDim, aclTensor *out)
ACLNN(ReduceSum, const aclTensor *self, const aclIntArray *dims, bool keepDims, aclDataType dtype, aclTensor *out)
ACLNN(Cumsum, const aclTensor *self, int64_t dim, aclDataType dtype, aclTensor *out)
ACLNN(All, const aclTensor *self, const aclIntArray *dim, bool keepdim, aclTensor *out)
ACLNN(Norm, const aclTensor *self, const aclScalar *pScalar, const aclIntArray *dim, bool keepdim, aclTensor *out)
ACLNN(Softmax, const aclTensor *self, int64_t dim, aclTensor *out)
ACLNN(SoftmaxBackward, const aclTensor *gradOutput, const aclTensor *output, int64_t dim, aclTensor *out)
ACLNN(NLLLoss, const aclTensor *self, const aclTensor *target, const aclTensor *weight, int64_t reduction, int64_t
      ignoreIndex, aclTensor *out, aclTensor *totalWeightOut)

// Cube unit
ACLNN(Matmul, const aclTensor *self, const aclTensor *mat2, aclTensor *out, int8_t cubeMathType)
ACLNN(Mm, const aclTensor *self, const aclTensor *mat2, aclTensor *out, int8_t cubeMathType)
ACLNN(BatchMatMul, const aclTensor *self, const aclTensor *mat2, aclTensor *out, int8_t cubeMathType)
ACLNN(Convolution, const aclTensor *input, const aclTensor *weight, const aclTensor *bias, const aclIntArray *stride,
      const aclIntArray *padding, const aclIntArray *dilation, bool transposed, const aclIntArray *outputPadding,
      int64_t groups, aclTensor *output, int8_t cubeMathType)
ACLNN(ConvolutionBackward, const aclTensor *gradOutput, const aclTensor *input, const aclTensor *weight, const
      aclIntArray *biasSizes, const aclIntArray *stride, const aclIntArray *padding, const aclIntArray *dilation, bool
      transposed, const aclIntArray *outputPadding, int groups, const aclBoolArray *outputMask, int8_t cubeMathType,
      aclTensor *gradInput, aclTensor *gradWeight, aclTensor *gradBias)

// Pooling
ACLNN(MaxPool2dWithIndices, const aclTensor *self, const aclIntArray *kernelSize, const aclIntArray *stride, const
      aclIntArray *padding, const aclIntArray *dilation, bool ceilMode, aclTensor *out, aclTensor *indices)
ACLNN(MaxPool2dWithIndicesBackward, const aclTensor *gradOutput, const aclTensor *self, const aclTensor *indices, const
      aclIntArray *kernelSize, const aclIntArray *stride, const aclIntArray *padding, const aclIntArray *dilation, bool
      ceilMode, aclTensor *gradInput)

}
