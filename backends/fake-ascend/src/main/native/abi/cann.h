// All that the fakes have of CANN: one place for prototypes, from which the table of signatures is made.
#pragma once
#include "aclnn.h"
#include "hccl.h"
