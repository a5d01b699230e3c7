package io.nextscale.examples;

import io.nextscale.torch.Autograd;
import io.nextscale.torch.Creation;
import io.nextscale.torch.DType;
import io.nextscale.torch.Device;
import io.nextscale.torch.Functional;
import io.nextscale.torch.GradMode;
import io.nextscale.torch.InPlace;
import io.nextscale.torch.Operator;
import io.nextscale.torch.Results;
import io.nextscale.torch.Tensor;
import io.nextscale.torch.TensorScope;

/** The example of docs/LIBTORCH.md. */
final class LibtorchExample {
  float[] fitted = {};
  float[] singularValues = {};

  void run() {
    try (TensorScope scope = TensorScope.open()) { // frees all tensors of the block
      Tensor x = Creation.randn(1, DType.FLOAT32, Device.CPU, 100, 2); // seed 1, shape (100, 2)
      Tensor truth = Tensor.of(new float[] {2, -3}, 2, 1);
      Tensor y = Functional.matmul(x, truth).add(0.5);

      Tensor weight = Autograd.parameter(Tensor.zeros(DType.FLOAT32, Device.CPU, 2, 1));
      Tensor bias = Autograd.parameter(Tensor.zeros(DType.FLOAT32, Device.CPU, 1));
      for (int step = 0; step < 100; step++) {
        try (TensorScope one = TensorScope.open()) {
          try (GradMode training = GradMode.enabled()) {
            Tensor prediction = Functional.matmul(x, weight).add(bias);
            Autograd.backward(Functional.mseLoss(prediction, y));
          }
          try (GradMode update = GradMode.disabled()) {
            for (Tensor parameter : new Tensor[] {weight, bias}) {
              Tensor gradient = Autograd.gradient(parameter).orElseThrow();
              parameter.copyFrom(parameter.add(gradient, -0.1));
              InPlace.zero(gradient);
            }
          }
        }
      }
      fitted = weight.toFloats(); // 2, -3
      System.out.println(weight.toText());

      Operator svd = Operator.named("linalg_svd").with("full_matrices", false); // any of ATen
      Results parts = svd.apply(x);
      singularValues = parts.tensor(1).toFloats();
      Tensor above = Operator.named("gt.Scalar").apply(parts.tensor(1), 10).tensor();
      System.out.println(above.toText());
    }
  }
}
