import GraftNN
import GraftTensor

extension HeadBuilder {
  /// A head of the kind that the model was published with, one linear layer in most; ``linear`` where the model's pooling was
  /// replaced by one of another width.
  public static let standard = HeadBuilder { model, classes, generator in
    guard pooledWidth(of: model) == model.featureCount else {
      return linear(for: model, classes: classes, using: &generator)
    }
    return Parts(head: model.makeHead(classes: classes, using: &generator))
  }

  /// One linear layer on the pooled features, initialised as PyTorch does: uniform in ±1/√features.
  ///
  /// A model that has no pooling, because its own head reads the feature map, gets the average of each channel.
  public static let linear = HeadBuilder { model, classes, generator in
    let needsPooling = (model as? any TransferableModel)?.pooling is Identity
    return Parts(
      pooling: needsPooling ? GlobalAveragePool2D() : nil,
      head: Linear(pooledWidth(of: model), classes, using: &generator))
  }

  /// The head that fastai gives image classifiers.
  ///
  /// Maximum and mean over all positions side by side, then batch norm, dropout of half the probability, a
  /// linear layer to `hidden` features and ReLU; then batch norm, dropout and the linear layer to the
  /// classes. As in fastai, linear layers have no bias, because the batch norm before them has one (initially
  /// 0.001), and their weights are normal with variance 2 / inputs (He, Zhang, Ren, Sun, 2015).
  ///
  /// - Parameters:
  ///   - hidden: the number of features between the two linear layers.
  ///   - dropout: the probability before the last layer; before the first it is half of that.
  ///
  /// Traps unless `hidden` is positive and `dropout` in 0 ..< 1.
  public static func concatPool(hidden: Int = 512, dropout: Float = 0.5) -> HeadBuilder {
    require(hidden > 0, "HeadBuilder.concatPool: \(hidden) hidden features")
    return HeadBuilder { model, classes, generator in
      let pooled = 2 * model.featureCount
      return Parts(
        pooling: ConcatPool2D(),
        head: Sequential([
          headNorm(pooled), Dropout(dropout / 2), headLinear(pooled, hidden, using: &generator), ReLU(),
          headNorm(hidden), Dropout(dropout), headLinear(hidden, classes, using: &generator),
        ]))
    }
  }

  /// The width of what the model's present pooling gives.
  private static func pooledWidth(of model: any StagedModel) -> Int {
    (model as? any TransferableModel)?.pooling is ConcatPool2D ? 2 * model.featureCount : model.featureCount
  }

  private static func headNorm(_ features: Int) -> BatchNorm1D {
    BatchNorm1D(
      weight: .ones([features]), bias: Tensor(repeating: 0.001, shape: [features]),
      runningMean: .zeros([features]), runningVariance: .ones([features]))
  }

  private static func headLinear(
    _ inputs: Int, _ outputs: Int, using generator: inout RandomGenerator
  ) -> Linear {
    Linear(weight: .kaimingNormal([outputs, inputs], using: &generator), bias: nil)
  }
}
