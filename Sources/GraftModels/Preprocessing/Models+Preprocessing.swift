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

extension InceptionV3 {
  /// What published weights expect: ``ImagePreprocessing/inception``. See also ``inputNormalization``.
  public static var preprocessing: ImagePreprocessing { .inception }
}

extension VisionTransformer {
  /// What torchvision's first weights of B/16 and B/32 expect; those of L/16 a short side of 242. timm's mostly expect colours from −1 to 1 and bicubic resizing: their page says
  /// which.
  public static var preprocessing: ImagePreprocessing { .imageNet }
}
