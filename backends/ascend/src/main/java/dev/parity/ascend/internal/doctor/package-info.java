/// What an NPU needs of a machine.
@NullMarked
package dev.parity.ascend.internal.doctor;

import org.jspecify.annotations.NullMarked;
