// Parameters after three steps of PyTorch's optimizers (torch 2.15, CPU, one tensor at a time), as bit patterns.
// Printed by:
//
//     import torch
//     torch.manual_seed(1)
//     n, steps = 19, 3
//     start = torch.randn(n)
//     gradients = [torch.randn(n) * 10 ** torch.randint(-4, 2, (n,)) for _ in range(steps)]
//     cases = {
//         "adam": lambda p: torch.optim.Adam(p, lr=1e-2, weight_decay=0.01),
//         "adamW": lambda p: torch.optim.AdamW(p, lr=1e-2, betas=(0.3, 0.99), eps=1e-6, weight_decay=0.1),
//         "sgd": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, dampening=0.25, weight_decay=0.01),
//         "nesterov": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
//     }
//     def show(name, tensor):
//         bits = [f"0x{v & 0xffffffff:08X}" for v in tensor.view(torch.int32).tolist()]
//         print(f"  static let {name}: [UInt32] = [")
//         for i in range(0, len(bits), 7): print("    " + ", ".join(bits[i:i + 7]) + ",")
//         print("  ]")
//     show("start", start)
//     for i, g in enumerate(gradients): show(f"gradient{i}", g)
//     for name, make in cases.items():
//         p = torch.nn.Parameter(start.clone()); optimizer = make([p])
//         for g in gradients:
//             p.grad = g.clone(); optimizer.step()
//         show(name, p.detach())

enum OptimizerFixture {
  static let start: [UInt32] = [
    0xBFC3_46BA, 0xBF40_0F31, 0xBF27_6B4B, 0x3E4B_DC0E, 0x3F5D_9E04, 0x3E7A_4504, 0xBF29_B48F,
    0x3F4E_ABC1, 0x3EE0_D72A, 0x3F95_E9E8, 0x3FE2_3B0F, 0xBFB9_2589, 0x3D7A_7DF6, 0xBF1E_2480,
    0xBF4C_4E4E, 0xBE06_C83C, 0xBF4C_668D, 0x3EAB_E4DF, 0x3E8C_F884,
  ]
  static let gradient0: [UInt32] = [
    0x8000_0000, 0x3FFE_CAD6, 0x0000_0000, 0x0000_0000, 0x4000_FC2E, 0x0000_0000, 0xC0A7_BDF2,
    0x8000_0000, 0xC151_54D3, 0x3EE8_10FC, 0x0000_0000, 0x8000_0000, 0x8000_0000, 0x0000_0000,
    0x0000_0000, 0x0000_0000, 0x8000_0000, 0x0000_0000, 0x3FBC_F01E,
  ]
  static let gradient1: [UInt32] = [
    0xC16B_EE8A, 0xC05A_9C10, 0x8000_0000, 0x0000_0000, 0x3F01_76F5, 0x0000_0000, 0x0000_0000,
    0x0000_0000, 0x8000_0000, 0x0000_0000, 0x3F51_1B5E, 0x8000_0000, 0x8000_0000, 0x0000_0000,
    0x0000_0000, 0x0000_0000, 0x8000_0000, 0x8000_0000, 0x0000_0000,
  ]
  static let gradient2: [UInt32] = [
    0x4171_E014, 0x8000_0000, 0xBF7B_B448, 0x8000_0000, 0x8000_0000, 0x8000_0000, 0xBF7A_3014,
    0x0000_0000, 0x0000_0000, 0x0000_0000, 0x8000_0000, 0x0000_0000, 0x8000_0000, 0x8000_0000,
    0x8000_0000, 0xBD55_4EBC, 0x8000_0000, 0x8000_0000, 0x8000_0000,
  ]
  static let adam: [UInt32] = [
    0xBFC1_1CE0, 0xBF41_3795, 0xBF20_A587, 0x3E2D_3436, 0x3F57_455A, 0x3E5B_997F, 0xBF23_D22D,
    0x3F46_FE82, 0x3EEC_0A26, 0x3F93_0D1E, 0x3FDF_3690, 0xBFB5_4EB9, 0x3D01_04CD, 0xBF16_7788,
    0xBF44_A112, 0xBDD7_0E5C, 0xBF44_B951, 0x3E9C_8D1C, 0x3E81_C013,
  ]
  static let adamW: [UInt32] = [
    0xBFC2_1BEA, 0xBF3F_5FD9, 0xBF23_BE4B, 0x3E4B_3FA6, 0x3F58_64F9, 0x3E79_8501, 0xBF24_EF21,
    0x3F4E_0D31, 0x3EE7_86E9, 0x3F93_9FD3, 0x3FDF_AFC7, 0xBFB8_977D, 0x3D79_BDC7, 0xBF1D_AB2B,
    0xBF4B_B18F, 0xBDF3_5D76, 0xBF4B_C9BB, 0x3EAB_60FD, 0x3E85_301C,
  ]
  static let sgd: [UInt32] = [
    0xBF0D_2F2A, 0xBF4C_8406, 0xBF13_B959, 0x3E4A_DD4C, 0x3E79_AF47, 0x3E79_0C42, 0x3F55_2B5F,
    0x3F4D_A97B, 0x407E_A4FA, 0x3F85_79D6, 0x3FD2_3BBD, 0xBFB8_3E28, 0x3D79_44ED, 0xBF1D_5EDF,
    0xBF4B_4EFD, 0xBE02_1FEC, 0xBF4B_671C, 0x3EAB_0E0F, 0xBE00_9F20,
  ]
  static let nesterov: [UInt32] = [
    0xBECD_B4DC, 0xBF02_552B, 0xBEEF_30CD, 0x3E4B_DC0E, 0x3D11_9B80, 0x3E7A_4504, 0x3FA9_A93A,
    0x3F4E_ABC1, 0x409E_07D7, 0x3F81_F638, 0x3FC5_E58F, 0xBFB9_2589, 0x3D7A_7DF6, 0xBF1E_2480,
    0xBF4C_4E4E, 0xBDF9_4CD4, 0xBF4C_668D, 0x3EAB_E4DF, 0xBE6D_DD54,
  ]
}
