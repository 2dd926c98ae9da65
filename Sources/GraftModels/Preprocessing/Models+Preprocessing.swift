extension ResNet.Configuration {
  /// What the weights expect: ``ImagePreprocessing/imageNet``; torchvision's newer ones ``ImagePreprocessing/imageNetV2``.
  public var preprocessing: ImagePreprocessing { .imageNet }
}

extension VGG.Configuration {
  /// What torchvision's weights expect.
  public var preprocessing: ImagePreprocessing { .imageNet }
}

extension SqueezeNet.Configuration {
  /// What torchvision's weights expect.
  public var preprocessing: ImagePreprocessing { .imageNet }
}

extension MobileNetV2 {
  /// What torchvision's first weights expect; its newer ones ``ImagePreprocessing/imageNetV2``, those that were trained in TensorFlow, of
  /// other widths as a rule, ``ImagePreprocessing/tensorFlowMobileNet``.
  public static var preprocessing: ImagePreprocessing { .imageNet }
}
