import GraftModels
import GraftTensor
import Testing

/// Inception against PyTorch: inference at two sizes, and everything that one training step with both heads produces.
@Suite struct InceptionParityTests {
  /// Narrow, since the auxiliary head needs images of 299×299: the layout is the whole network's, whose widths `InceptionTests` counts.
  @Test func inceptionV3() throws {
    let model = InceptionV3(classes: 10, dropout: 0, divisor: 8)
    try ImageFixture(named: "inception_v3").check(model) { images in
      let (logits, auxiliary) = model.logitsAndAuxiliary(images)
      return [logits, auxiliary]
    }
  }
}
