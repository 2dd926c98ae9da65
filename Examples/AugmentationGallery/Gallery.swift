import Graft

/// An augmentation as the guide shows it: a name, the code that makes it, and what it gives.
struct Exhibit {
  let name: String
  let code: String
  let augmentation: any ImageAugmentation

  init(_ name: String, _ code: String, _ augmentation: any ImageAugmentation) {
    (self.name, self.code, self.augmentation) = (name, code, augmentation)
  }
}

/// Every augmentation of images that the library has.
enum Gallery {
  static let geometry: [Exhibit] = [
    Exhibit("horizontal-flip", "HorizontalFlip()", HorizontalFlip()),
    Exhibit("vertical-flip", "VerticalFlip()", VerticalFlip()),
    Exhibit("rotation", "RandomRotation(degrees: -30...30)", RandomRotation(degrees: -30...30)),
    Exhibit(
      "rotation-expanded", "RandomRotation(degrees: -30...30, expands: true) + Resize(to: …)",
      RandomRotation(degrees: -30...30, expands: true) + Resize(to: ImageSize(height: 96, width: 128))),
    Exhibit("centre-crop", "CenterCrop(side: 72)", CenterCrop(side: 72)),
    Exhibit("random-crop", "RandomCrop(side: 72)", RandomCrop(side: 72)),
    Exhibit(
      "random-resized-crop", "RandomResizedCrop(side: 96, scale: 0.2...1)",
      RandomResizedCrop(side: 96, scale: 0.2...1)),
    Exhibit("padded-crop", "PaddedCrop(padding: 16)", PaddedCrop(padding: 16)),
    Exhibit("pad", "Pad(12, fill: [200, 60, 60])", Pad(12, fill: [200, 60, 60])),
    Exhibit("pad-reflected", "BorderPad(24, mode: .reflect)", BorderPad(24, mode: .reflect)),
    Exhibit(
      "affine",
      "RandomAffine(degrees: -15...15, translation: (0.1, 0.1), scale: 0.8...1.2, shearX: -15...15)",
      RandomAffine(degrees: -15...15, translation: (0.1, 0.1), scale: 0.8...1.2, shearX: -15...15)),
    Exhibit(
      "perspective", "RandomPerspective(distortion: 0.5, probability: 1)",
      RandomPerspective(distortion: 0.5, probability: 1)),
  ]

  static let color: [Exhibit] = [
    Exhibit(
      "brightness", "ColorJitter(brightness: 0.6)", ColorJitter(brightness: 0.6)),
    Exhibit("contrast", "ColorJitter(contrast: 0.8)", ColorJitter(contrast: 0.8)),
    Exhibit("saturation", "ColorJitter(saturation: 1)", ColorJitter(saturation: 1)),
    Exhibit("hue", "ColorJitter(hue: 0.5)", ColorJitter(hue: 0.5)),
    Exhibit(
      "color-jitter", "ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1)",
      ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1)),
    Exhibit("grayscale", "ColorOperation.grayscale", ColorOperation.grayscale),
    Exhibit(
      "blur", "GaussianBlur(kernelSize: 9, sigma: 0.5...3)", GaussianBlur(kernelSize: 9, sigma: 0.5...3)),
    Exhibit("sharpness", "ColorOperation.sharpness(4)", ColorOperation.sharpness(4)),
    Exhibit("autocontrast", "ColorOperation.autocontrast", ColorOperation.autocontrast),
    Exhibit("equalize", "ColorOperation.equalize", ColorOperation.equalize),
    Exhibit("posterize", "ColorOperation.posterize(bits: 2)", ColorOperation.posterize(bits: 2)),
    Exhibit("solarize", "ColorOperation.solarize(from: 128)", ColorOperation.solarize(from: 128)),
    Exhibit("invert", "ColorOperation.invert", ColorOperation.invert),
    Exhibit("erasing", "RandomErasing(probability: 1)", RandomErasing(probability: 1)),
    Exhibit(
      "noise", "GaussianNoise(standardDeviation: 0.1)", GaussianNoise(standardDeviation: 0.1)),
    Exhibit("salt-and-pepper", "SaltAndPepper(amount: 0.05)", SaltAndPepper(amount: 0.05)),
  ]

  static let policies: [Exhibit] = [
    Exhibit("rand-augment", "RandAugment(count: 2, magnitude: 9)", RandAugment(count: 2, magnitude: 9)),
    Exhibit("trivial-augment", "TrivialAugmentWide()", TrivialAugmentWide()),
    Exhibit("aug-mix", "AugMix()", AugMix()),
    Exhibit(
      "one-of", "OneOf([ColorOperation.invert, HorizontalFlip(probability: 1)])",
      OneOf([ColorOperation.invert, HorizontalFlip(probability: 1)])),
    Exhibit(
      "random-apply", "RandomApply(ColorOperation.grayscale, probability: 0.5)",
      RandomApply(ColorOperation.grayscale, probability: 0.5)),
    Exhibit(
      "standard",
      "RandomResizedCrop(side: 96) + HorizontalFlip() + RandomRotation(degrees: -10...10) + ColorJitter(…)",
      RandomResizedCrop(side: 96) + HorizontalFlip() + RandomRotation(degrees: -10...10)
        + ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.1)),
  ]
}
