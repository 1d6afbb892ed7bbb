"""Variant characters folded in comparison keys: the same word written with another form of a character.

Pairs are those that the 教育部《異體字字典》 and Unihan (kSemanticVariant, kZVariant) give as forms of one character and that
registers mix in names and addresses. Characters that people choose on purpose (喆/哲, 堃/坤, 叡/睿, 凃/涂) stay apart.
"""

from __future__ import annotations

_PAIRS = (
    "台臺 峯峰 羣群 裏裡 着著 温溫 黄黃 吕呂 呉吳 吴吳 淸清 靑青 眞真 鎭鎮 硏研 敎教 曁暨 昻昂 栢柏 横橫 歴歷 歳歲 毎每 决決 冲沖 "
    "凉涼 净淨 煕熙 凞熙 熈熙 爲為 産產 畧略 皐皋 衆眾 秘祕 禄祿 穂穗 竜龍 妆妝 粧妝 綉繡 线線 綫線 緑綠 緖緒 縁緣 翆翠 脉脈 "
    "艶豔 艷豔 荘莊 庄莊 萠萌 薫薰 蘓蘇 虚虛 衞衛 觧解 讃讚 賛贊 頼賴 遥遙 郞郎 郷鄉 鄕鄉 隣鄰 鋭銳 鈎鉤 録錄 鐡鐵 鉄鐵 "
    "閲閱 隠隱 鷄雞 霊靈 灵靈 頴穎 颕穎 顔顏 飮飲 髙高 鬪鬥 麽麼 黒黑 黙默 㨗捷 彦彥 寳寶 宝寶 姸妍 娯娛 崐崑 崘崙 弥彌 徳德 悦悅 "
    "恒恆 恵惠 户戶 戸戶 揺搖 敍敘 叙敘 晋晉 曽曾 朶朵 査查 栅柵 桒桑 碁棋 棊棋 栖棲 楽樂 槗橋 汚污 汙污 沢澤 渊淵 滙匯 烟煙 "
    "勲勳 勛勳 匀勻 凛凜 冨富 内內 兎兔 児兒 亀龜 亜亞 万萬 与與 両兩 兪俞 倂併 兑兌 册冊 况況 刋刊 别別 删刪 劒劍 剣劍 "
    "効效 卋世 却卻 卽即 厦廈 厨廚 吿告 咏詠 囯國 国國 圀國 図圖 塩鹽 墻牆 寿壽 変變 奥奧 侄姪 孃娘 学學 実實 専專 将將 尙尚 "
    "届屆 嫺嫻 珎珍 瑶瑤 瓊瓊 琼瓊 畊耕 畆畝 皷鼓 盖蓋 砲炮 稟禀 穐秋 秌秋 笋筍 筝箏 "
    "糓穀 経經 継繼 綱綱 總總 総總 缐線 罗羅 羡羨 聡聰 聦聰 聴聽 胷胸 舗鋪 艷豔 芦蘆 莲蓮 萧蕭 藴蘊 蘂蕊 蛍螢 "
    "裵裴 覚覺 観觀 覌觀 訢訢 証證 誌誌 说說 説說 譲讓 豊豐 貭質 貮貳 躭耽 軽輕 輙輒 逓遞 遅遲 邉邊 辺邊 酔醉 醤醬 釈釋 銹鏽 鋳鑄 "
    "鍳鑑 鑒鑑 関關 鬰鬱 陥陷 険險 雑雜 双雙 韮韭 顕顯 飜翻 餠餅 駅驛 験驗 髪髮 鴎鷗 鶏雞 麐麟 麺麵 黾黽 齢齡 "
    "偉偉 伟偉 陈陳 张張 刘劉 杨楊 许許 郑鄭 谢謝 赖賴 叶葉 苏蘇 卢盧 赵趙 颜顏 孙孫 邓鄧 锺鍾 钟鍾 冯馮 汤湯 龚龔 严嚴 韩韓 陆陸 "
    "钱錢 谭譚 骆駱 顾顧 庞龐 齐齊 关關 单單 贾賈 蒋蔣 蓝藍 温溫 简簡 连連 纪紀 欧歐 吕呂 庒莊 丽麗 凤鳳 华華 荣榮 兰蘭 "
    "宁寧 韵韻 静靜 贤賢 贵貴 辉輝 晖暉 洁潔 濶闊 泽澤 湿濕 礼禮 祯禎 枫楓 龙龍 飞飛 马馬 "
    "鸿鴻 鹏鵬 义義 亚亞 伦倫 儿兒 军軍 务務 胜勝 卫衛 历歷 听聽 圣聖 宾賓 庆慶 应應 忆憶 怀懷 恋戀 时時 "
    "桥橋 梦夢 涛濤 浓濃 渔漁 灿燦 炜煒 焕煥 爱愛 珑瓏 玮瑋 硕碩 纬緯 纯純 维維 绍紹 红紅 莹瑩 蔼藹 诗詩 "
    "诚誠 详詳 谊誼 赟贇 轩軒 迁遷 达達 运運 远遠 铭銘 锋鋒 锦錦 闵閔 阳陽 雾霧 顺順 颖穎 骏駿 鲁魯"
)

VARIANTS: dict[str, str] = {pair[0]: pair[1] for pair in _PAIRS.split() if pair[0] != pair[1]}
"""Variant character → the form that keys use. Simplified forms are those that input methods slip in."""
