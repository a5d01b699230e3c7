package io.nextscale.libtorch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The functions of libtorch that {@code libtorch_stable.h} declares, with the release that each
 * needs. Upstream keeps such a list in torch/csrc/stable/c/shim_function_versions.txt; a function
 * that is not there is older than 2.10.
 */
final class AbiFunctions {
  /** Functions that every accepted libtorch has. */
  static final List<String> SINCE_2_10 =
      """
      aoti_torch_device_type_cpu aoti_torch_device_type_cuda aoti_torch_device_type_meta
      aoti_torch_device_type_mps
      aoti_torch_dtype_float64 aoti_torch_dtype_float32 aoti_torch_dtype_float16
      aoti_torch_dtype_bfloat16 aoti_torch_dtype_int64 aoti_torch_dtype_int32
      aoti_torch_dtype_int16 aoti_torch_dtype_int8 aoti_torch_dtype_uint8 aoti_torch_dtype_bool
      aoti_torch_layout_strided aoti_torch_memory_format_contiguous_format
      aoti_torch_memory_format_channels_last aoti_torch_abi_version
      aoti_torch_new_tensor_handle aoti_torch_delete_tensor_object aoti_torch_get_data_ptr
      aoti_torch_get_dim aoti_torch_get_numel aoti_torch_get_sizes aoti_torch_get_strides
      aoti_torch_get_dtype aoti_torch_get_device_type aoti_torch_get_device_index
      aoti_torch_is_contiguous aoti_torch_is_defined torch_set_requires_grad
      aoti_torch_empty_strided aoti_torch_empty_strided_pinned aoti_torch_create_tensor_from_blob
      aoti_torch_scalar_to_tensor_float64 aoti_torch_copy_ aoti_torch_aten_subtract_Tensor
      torch_call_dispatcher torch_new_list_reserve_size torch_list_push_back torch_list_size
      torch_list_get_item torch_delete_list torch_new_string_handle torch_delete_string
      aoti_torch_grad_mode_is_enabled aoti_torch_grad_mode_set_enabled torch_get_num_threads
      """
          .lines()
          .flatMap(line -> List.of(line.split(" ")).stream())
          .toList();

  /** Functions of 2.13; for an older libtorch there is another way, or none that is needed. */
  static final List<String> SINCE_2_13 =
      List.of(
          "torch_new_stable_ivalue",
          "torch_delete_stable_ivalue",
          "torch_exception_get_what_without_backtrace");

  /** Functions that a build may lack, and the loss. */
  static final Map<String, String> OPTIONAL =
      Map.of(
          "aoti_torch_cpu__linear_pointwise", "built without oneDNN: linear layers are slower",
          "aoti_torch_cpu_mkldnn__convolution_pointwise",
              "no convolutions with an activation: evaluations are slower",
          "_ZNK3c1010TensorImpl4gradEv", "no gradients: nothing can be trained",
          "_ZN2at15set_num_threadsEi", "the number of threads cannot be set");

  private AbiFunctions() {}

  /** Returns the functions that a libtorch of a version must have and does not. */
  static List<String> missing(LibTorchVersion version, Predicate<String> exists) {
    List<String> needed = new ArrayList<>(SINCE_2_10);
    if (version.isAtLeast(LibTorchVersion.BOUND)) {
      needed.addAll(SINCE_2_13);
    }
    return needed.stream().filter(exists.negate()).toList();
  }

  /** Returns the losses with a libtorch that has what is needed, as sentences without a period. */
  static List<String> limitations(LibTorchVersion version, Predicate<String> exists) {
    List<String> losses = new ArrayList<>();
    if (!version.isAtLeast(LibTorchVersion.BOUND)) {
      losses.add(
          "libtorch %s does not give the reason of an error to its caller: it prints it to stderr (%s does give it)"
              .formatted(version.release(), LibTorchVersion.BOUND.release()));
    }
    OPTIONAL.forEach(
        (function, loss) -> {
          if (!exists.test(function)) {
            losses.add(loss);
          }
        });
    return losses;
  }
}
