import Foundation
import Graft

/// A network that might be adapted, with the weights of a file or with fresh ones.
struct Network {
  enum Family: CaseIterable {
    case resNet20, squeezeNet, mobileNet
  }

  let name: String
  let model: any TransferableModel
  /// The head that the weights were trained with, if the file has one.
  let sourceHead: (any Layer)?
  /// Height and width of its images.
  let side: Int
  /// What its weights expect.
  let normalization: Normalization

  /// Loads the weights of a file; without one they stay fresh.
  init(_ family: Family, weights: URL?, side: Int) throws {
    let title: String
    switch family {
    case .resNet20:
      (title, model) = ("ResNet-20, CIFAR-10", CIFARResNet(.resNet20, classes: 10))
      // The published weights were learned with ImageNet's statistics.
      (self.side, normalization) = (32, .imageNet)
    case .squeezeNet:
      (title, model) = ("SqueezeNet 1.1, ImageNet", SqueezeNet(classes: 1000))
      (self.side, normalization) = (side, .imageNet)
    case .mobileNet:
      (title, model) = ("MobileNet v2 ×0.35, ImageNet", MobileNetV2(width: 0.35, classes: 1000))
      (self.side, normalization) = (side, .symmetric)
    }
    guard let weights else {
      name = (title.components(separatedBy: ",").first ?? title) + ", fresh"
      sourceHead = nil
      return
    }
    name = title
    let report = try model.load(
      Checkpoint(contentsOf: weights), mapping: family == .resNet20 ? .strippingPrefix("module.") : .identity,
      allowing: .newHead)
    sourceHead = report.isExact ? model.head : nil
  }
}
