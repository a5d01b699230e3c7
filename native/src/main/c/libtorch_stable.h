/*
 * The part of libtorch's C ABI that Nextscale binds: the sole input of jextract.
 *
 * Written for Nextscale after the declarations of libtorch 2.13 (torch/csrc/stable/c/shim.h,
 * torch/csrc/inductor/aoti_torch/c/shim.h and c_shim_aten.h), which are C++ and which jextract
 * cannot read. Functions marked 2.13 need that release, all others 2.10 (io.nextscale.libtorch's
 * AbiFunctions says the same). Order: constants, tensor handles, creation, operators, dispatcher, errors, modes.
 *
 * Ownership: a function that returns a handle through an out-parameter gives an owned reference
 * unless it says "borrowed". Every function of type AOTITorchError returns 0 for success.
 */
#ifndef NEXTSCALE_LIBTORCH_STABLE_H
#define NEXTSCALE_LIBTORCH_STABLE_H

/* fixed widths spelled out instead of included: the output is the same on every 64-bit platform */
#define bool _Bool
typedef unsigned char uint8_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long long int64_t;
typedef unsigned long long uint64_t;
typedef uint64_t size_t;

typedef int32_t AOTITorchError;
typedef uint64_t StableIValue;
typedef struct AtenTensorOpaque *AtenTensorHandle;
typedef struct StableListOpaque *StableListHandle;
typedef struct StringOpaque *StringHandle;

/* ---- constants: never hard-coded, always asked for ------------------------------------------ */

int32_t aoti_torch_device_type_cpu(void);
int32_t aoti_torch_device_type_cuda(void);
int32_t aoti_torch_device_type_meta(void);
int32_t aoti_torch_device_type_mps(void);

int32_t aoti_torch_dtype_float64(void);
int32_t aoti_torch_dtype_float32(void);
int32_t aoti_torch_dtype_float16(void);
int32_t aoti_torch_dtype_bfloat16(void);
int32_t aoti_torch_dtype_int64(void);
int32_t aoti_torch_dtype_int32(void);
int32_t aoti_torch_dtype_int16(void);
int32_t aoti_torch_dtype_int8(void);
int32_t aoti_torch_dtype_uint8(void);
int32_t aoti_torch_dtype_bool(void);

int32_t aoti_torch_layout_strided(void);
int32_t aoti_torch_memory_format_contiguous_format(void);
int32_t aoti_torch_memory_format_channels_last(void);

/* major << 56 | minor << 48 | patch << 40 of the libtorch that is loaded */
uint64_t aoti_torch_abi_version(void);

/* ---- tensor handles ---------------------------------------------------------------------------- */

AOTITorchError aoti_torch_new_tensor_handle(AtenTensorHandle original, AtenTensorHandle *copy);
AOTITorchError aoti_torch_delete_tensor_object(AtenTensorHandle tensor);

AOTITorchError aoti_torch_get_data_ptr(AtenTensorHandle tensor, void **data /* borrowed */);
AOTITorchError aoti_torch_get_dim(AtenTensorHandle tensor, int64_t *dim);
AOTITorchError aoti_torch_get_numel(AtenTensorHandle tensor, int64_t *numel);
AOTITorchError aoti_torch_get_sizes(AtenTensorHandle tensor, int64_t **sizes /* borrowed */);
AOTITorchError aoti_torch_get_strides(AtenTensorHandle tensor, int64_t **strides /* borrowed */);
AOTITorchError aoti_torch_get_dtype(AtenTensorHandle tensor, int32_t *dtype);
AOTITorchError aoti_torch_get_device_type(AtenTensorHandle tensor, int32_t *device_type);
AOTITorchError aoti_torch_get_device_index(AtenTensorHandle tensor, int32_t *device_index);
AOTITorchError aoti_torch_is_contiguous(AtenTensorHandle tensor, bool *contiguous);
AOTITorchError aoti_torch_is_defined(AtenTensorHandle tensor, bool *defined);
AOTITorchError torch_set_requires_grad(AtenTensorHandle tensor, bool requires_grad);

/* ---- creation ---------------------------------------------------------------------------------- */

AOTITorchError aoti_torch_empty_strided(int64_t dim, const int64_t *sizes, const int64_t *strides,
                                        int32_t dtype, int32_t device_type, int32_t device_index,
                                        AtenTensorHandle *tensor);
AOTITorchError aoti_torch_empty_strided_pinned(int64_t dim, const int64_t *sizes,
                                               const int64_t *strides, int32_t dtype,
                                               int32_t device_type, int32_t device_index,
                                               AtenTensorHandle *tensor);
/* the memory stays the caller's and must outlive the tensor */
AOTITorchError aoti_torch_create_tensor_from_blob(void *data, int64_t dim, const int64_t *sizes,
                                                  const int64_t *strides, int64_t storage_offset,
                                                  int32_t dtype, int32_t device_type,
                                                  int32_t device_index, AtenTensorHandle *tensor);
/* 0-dimensional, on the CPU: how a number takes part in an operator on tensors of any device */
AOTITorchError aoti_torch_scalar_to_tensor_float64(double value, AtenTensorHandle *tensor);
AOTITorchError aoti_torch_copy_(AtenTensorHandle self, AtenTensorHandle source,
                                int32_t non_blocking);

/* ---- operators whose schema holds a Scalar, which the dispatcher cannot take ------------------- */

AOTITorchError aoti_torch_aten_subtract_Tensor(AtenTensorHandle self, AtenTensorHandle other,
                                               double alpha, AtenTensorHandle *result);

/* ---- oneDNN's operators on the CPU: an activation is fused; no gradients ------------------------ */

/* attribute: "none", "gelu" (algorithm "tanh" or "none"), ...; bias: pointer to a handle, or NULL */
AOTITorchError aoti_torch_cpu__linear_pointwise(AtenTensorHandle input, AtenTensorHandle weight,
                                                AtenTensorHandle *bias, const char *attribute,
                                                const double **scalars, int64_t scalars_length,
                                                const char **algorithm, AtenTensorHandle *result);

/* attribute: "none", "relu", ...; padding, stride and dilation: a number for height and for width */
AOTITorchError aoti_torch_cpu_mkldnn__convolution_pointwise(
    AtenTensorHandle input, AtenTensorHandle weight, AtenTensorHandle *bias, const int64_t *padding,
    int64_t padding_length, const int64_t *stride, int64_t stride_length, const int64_t *dilation,
    int64_t dilation_length, int64_t groups, const char *attribute, const double **scalars,
    int64_t scalars_length, const char **algorithm, AtenTensorHandle *result);

/* ---- every other operator: by name through the dispatcher -------------------------------------- */

/* takes the arguments from the stack, all of them in schema order, and leaves the results there */
AOTITorchError torch_call_dispatcher(const char *name, const char *overload, StableIValue *stack,
                                     uint64_t extension_build_version);

AOTITorchError torch_new_list_reserve_size(size_t size, StableListHandle *list);
AOTITorchError torch_list_push_back(StableListHandle list, StableIValue element /* consumed */);
AOTITorchError torch_list_size(StableListHandle list, size_t *size);
AOTITorchError torch_list_get_item(StableListHandle list, size_t index, StableIValue *element);
AOTITorchError torch_delete_list(StableListHandle list);

AOTITorchError torch_new_string_handle(const char *data, size_t length, StringHandle *string);
AOTITorchError torch_delete_string(StringHandle string);

/* 2.13; before, the caller makes a StableIValue by operator new */
AOTITorchError torch_new_stable_ivalue(StableIValue **value);
AOTITorchError torch_delete_stable_ivalue(StableIValue *value);

/* ---- errors: of the calling thread, borrowed until its next exception; 2.13 -------------------- */

const char *torch_exception_get_what_without_backtrace(void);

/* ---- modes and threads ------------------------------------------------------------------------- */

bool aoti_torch_grad_mode_is_enabled(void);
void aoti_torch_grad_mode_set_enabled(bool enabled);
AOTITorchError torch_get_num_threads(uint32_t *threads);

/*
 * C++ functions with plain arguments, under the names that Linux and macOS compilers give them:
 * c10::TensorImpl::grad() const, which returns a borrowed handle (of an undefined tensor if there is
 * no gradient), and at::set_num_threads(int).
 */
AtenTensorHandle _ZNK3c1010TensorImpl4gradEv(void *tensor_impl);
void _ZN2at15set_num_threadsEi(int threads);

#endif
