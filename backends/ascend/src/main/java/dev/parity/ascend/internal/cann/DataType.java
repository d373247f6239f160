package dev.parity.ascend.internal.cann;

import dev.parity.spi.ElementType;

/// Types of elements as CANN numbers them; BOOL is what comparisons give.
public enum DataType {
    /// IEEE binary32.
    FLOAT(0, 4, 4),
    /// IEEE binary16.
    FLOAT16(1, 2, 3),
    /// 32 bits.
    INT32(3, 4, 2),
    /// 8 bits, unsigned.
    UINT8(4, 1, 7),
    /// IEEE binary64.
    DOUBLE(11, 8, 10),
    /// One byte, 0 or 1.
    BOOL(12, 1, 7),
    /// Brain float.
    BF16(27, 2, 11);

    private final int acl;
    private final int bytes;
    private final int hccl;

    DataType(int acl, int bytes, int hccl) {
        this.acl = acl;
        this.bytes = bytes;
        this.hccl = hccl;
    }

    /// Finds the type of a tensor's elements.
    ///
    /// @param type of a tensor
    /// @return the same type
    public static DataType of(ElementType type) {
        return switch (type) {
            case FP64 -> DOUBLE;
            case FP32 -> FLOAT;
            case BF16 -> BF16;
            case FP16 -> FLOAT16;
            case INT32 -> INT32;
            case UINT8 -> UINT8;
        };
    }

    /// Returns AscendCL's number (aclDataType).
    ///
    /// @return of acl_base.h
    public int acl() {
        return acl;
    }

    /// Returns HCCL's number (HcclDataType), which is another one.
    ///
    /// @return of hccl_types.h
    public int hccl() {
        return hccl;
    }

    /// Returns the size of an element.
    ///
    /// @return bytes
    public int bytes() {
        return bytes;
    }
}
