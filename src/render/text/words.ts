/** Words that pages write themselves. */
export interface Words {
  readonly fig: string;
  readonly tbl: string;
  readonly sec: string;
  readonly eq: string;
  readonly lst: string;
  readonly appendix: string;
  readonly abstract: string;
  readonly claims: string;
  readonly references: string;
  readonly notes: string;
  readonly contents: string;
  readonly contentsAside: string;
  readonly declaration: string;
  readonly course: string;
  readonly instructor: string;
  readonly institution: string;
  readonly date: string;
  readonly keywords: string;
  readonly studentId: string;
  readonly signature: string;
  readonly note: string;
  readonly tip: string;
  readonly important: string;
  readonly warning: string;
  readonly caution: string;
  readonly linkTo: string;
  readonly footnote: string;
  readonly backToText: string;
  readonly skip: string;
  readonly done: string;
  readonly toDo: string;
  readonly data: string;
  readonly code: string;
  readonly line: string;
  readonly lines: string;
  readonly regenerate: string;
  readonly alsoAs: string;
  readonly and: string;
  readonly madeBy: string;
  readonly reports: string;
  readonly previous: string;
  readonly next: string;
  readonly search: string;
  readonly nothingFound: string;
  readonly notFound: string;
  readonly allReports: string;
  /** Label of the button that sets the theme, with its colon and the blank after it, and the values. */
  readonly theme: string;
  readonly auto: string;
  readonly light: string;
  readonly dark: string;
  /** The button that copies code, and what it says then. */
  readonly copy: string;
  readonly copied: string;
  readonly selected: string;
  /** Between the ends of an interval: `0.85 to 1.02 ms`. */
  readonly to: string;
}

const KEYS = [
  ...["fig", "tbl", "sec", "eq", "lst", "appendix", "abstract", "claims", "references", "notes"],
  ...["contents", "contentsAside"],
  ...["declaration", "course", "instructor", "institution", "date", "keywords", "studentId", "signature"],
  ...["note", "tip", "important", "warning", "caution", "linkTo", "footnote", "backToText", "skip", "done", "toDo"],
  ...["data", "code", "line", "lines", "regenerate", "alsoAs", "and", "madeBy"],
  ...["reports", "previous", "next", "search", "nothingFound", "notFound", "allReports"],
  ...["theme", "auto", "light", "dark", "copy", "copied", "selected", "to"],
] as readonly (keyof Words)[];

/** Words in the order of KEYS, separated by bars. */
const LANGUAGES: Readonly<Record<string, string>> = {
  en:
    "Figure|Table|Section|Equation|Listing|Appendix|Abstract|Claims|References|Notes|Contents|Contents, sidebar|" +
    "Declaration|Course|Instructor|Institution|Date|Keywords|Student ID|Place, date, signature|" +
    "Note|Tip|Important|Warning|Caution|Link to|Footnote|Back to the text|Skip to content|Done|To do|" +
    "Data|Code|line|lines|Regenerate this page with|Also as|and|Made by|" +
    "Reports|Previous|Next|Search|Nothing found|Page not found|All reports|" +
    "Theme: |auto|light|dark|Copy|Copied|Selected|to",
  de:
    "Abbildung|Tabelle|Abschnitt|Gleichung|Listing|Anhang|Zusammenfassung|Behauptungen|Literatur|Anmerkungen|Inhalt|Inhalt, Seitenleiste|" +
    "Erklärung|Veranstaltung|Dozent/in|Einrichtung|Datum|Schlagwörter|Matrikelnummer|Ort, Datum, Unterschrift|" +
    "Hinweis|Tipp|Wichtig|Warnung|Vorsicht|Link zu|Fußnote|Zurück zum Text|Zum Inhalt springen|Erledigt|Offen|" +
    "Daten|Code|Zeile|Zeilen|Diese Seite neu erzeugen mit|Auch als|und|Erstellt mit|" +
    "Berichte|Zurück|Weiter|Suche|Nichts gefunden|Seite nicht gefunden|Alle Berichte|" +
    "Farben: |automatisch|hell|dunkel|Kopieren|Kopiert|Ausgewählt|bis",
  fr:
    "Figure|Tableau|Section|Équation|Listing|Annexe|Résumé|Affirmations|Références|Notes|Sommaire|Sommaire, barre latérale|" +
    "Déclaration|Cours|Enseignant·e|Établissement|Date|Mots-clés|Numéro d’étudiant|Lieu, date, signature|" +
    "Note|Astuce|Important|Avertissement|Attention|Lien vers|Note|Retour au texte|Aller au contenu|Fait|À faire|" +
    "Données|Code|ligne|lignes|Régénérer cette page avec|Aussi en|et|Créé avec|" +
    "Rapports|Précédent|Suivant|Rechercher|Aucun résultat|Page introuvable|Tous les rapports|" +
    "Thème\u00a0: |auto|clair|sombre|Copier|Copié|Sélectionné|à",
  es:
    "Figura|Tabla|Sección|Ecuación|Listado|Apéndice|Resumen|Afirmaciones|Referencias|Notas|Índice|Índice, barra lateral|" +
    "Declaración|Asignatura|Docente|Institución|Fecha|Palabras clave|Número de matrícula|Lugar, fecha, firma|" +
    "Nota|Consejo|Importante|Advertencia|Precaución|Enlace a|Nota al pie|Volver al texto|Saltar al contenido|Hecho|Pendiente|" +
    "Datos|Código|línea|líneas|Regenerar esta página con|También como|y|Hecho con|" +
    "Informes|Anterior|Siguiente|Buscar|Sin resultados|Página no encontrada|Todos los informes|" +
    "Tema: |automático|claro|oscuro|Copiar|Copiado|Seleccionado|a",
  it:
    "Figura|Tabella|Sezione|Equazione|Listato|Appendice|Sommario|Affermazioni|Riferimenti bibliografici|Note|Indice|Indice, barra laterale|" +
    "Dichiarazione|Corso|Docente|Istituzione|Data|Parole chiave|Numero di matricola|Luogo, data, firma|" +
    "Nota|Suggerimento|Importante|Avviso|Attenzione|Link a|Nota|Torna al testo|Vai al contenuto|Fatto|Da fare|" +
    "Dati|Codice|riga|righe|Rigenera questa pagina con|Anche come|e|Creato con|" +
    "Rapporti|Precedente|Successivo|Cerca|Nessun risultato|Pagina non trovata|Tutti i rapporti|" +
    "Tema: |automatico|chiaro|scuro|Copia|Copiato|Selezionato|a",
  pt:
    "Figura|Tabela|Seção|Equação|Listagem|Apêndice|Resumo|Afirmações|Referências|Notas|Conteúdo|Conteúdo, barra lateral|" +
    "Declaração|Disciplina|Docente|Instituição|Data|Palavras-chave|Número de matrícula|Local, data, assinatura|" +
    "Nota|Dica|Importante|Aviso|Cuidado|Ligação para|Nota de rodapé|Voltar ao texto|Ir para o conteúdo|Feito|Por fazer|" +
    "Dados|Código|linha|linhas|Gerar esta página de novo com|Também como|e|Feito com|" +
    "Relatórios|Anterior|Seguinte|Pesquisar|Nada encontrado|Página não encontrada|Todos os relatórios|" +
    "Tema: |automático|claro|escuro|Copiar|Copiado|Selecionado|a",
  pl:
    "Rysunek|Tabela|Rozdział|Równanie|Listing|Dodatek|Streszczenie|Twierdzenia|Bibliografia|Przypisy|Spis treści|Spis treści, pasek boczny|" +
    "Oświadczenie|Przedmiot|Prowadzący|Instytucja|Data|Słowa kluczowe|Numer albumu|Miejscowość, data, podpis|" +
    "Uwaga|Wskazówka|Ważne|Ostrzeżenie|Przestroga|Odnośnik do|Przypis|Powrót do tekstu|Przejdź do treści|Zrobione|Do zrobienia|" +
    "Dane|Kod|wiersz|wierszy|Tę stronę tworzy ponownie|Także jako|i|Utworzono w|" +
    "Raporty|Poprzedni|Następny|Szukaj|Nic nie znaleziono|Nie znaleziono strony|Wszystkie raporty|" +
    "Motyw: |automatyczny|jasny|ciemny|Kopiuj|Skopiowano|Zaznaczono|do",
  nl:
    "Figuur|Tabel|Paragraaf|Vergelijking|Listing|Bijlage|Samenvatting|Beweringen|Referenties|Noten|Inhoud|Inhoud, zijbalk|" +
    "Verklaring|Vak|Docent|Instelling|Datum|Trefwoorden|Studentnummer|Plaats, datum, handtekening|" +
    "Opmerking|Tip|Belangrijk|Waarschuwing|Pas op|Link naar|Voetnoot|Terug naar de tekst|Naar de inhoud|Klaar|Te doen|" +
    "Gegevens|Code|regel|regels|Maak deze pagina opnieuw met|Ook als|en|Gemaakt met|" +
    "Rapporten|Vorige|Volgende|Zoeken|Niets gevonden|Pagina niet gevonden|Alle rapporten|" +
    "Thema: |automatisch|licht|donker|Kopiëren|Gekopieerd|Geselecteerd|tot",
  zh:
    "图|表|节|公式|代码|附录|摘要|论断|参考文献|注释|目录|目录（侧栏）|" +
    "声明|课程|教师|机构|日期|关键词|学号|地点、日期、签名|" +
    "注记|提示|重要|警告|小心|链接到|脚注|返回正文|跳到正文|已完成|待办|" +
    "数据|代码|行|行|重新生成本页|另有|和|制作工具|" +
    "报告|上一篇|下一篇|搜索|没有结果|找不到页面|全部报告|" +
    "主题：|自动|浅色|深色|复制|已复制|已选中|至",
  ja:
    "図|表|節|式|リスト|付録|概要|主張|参考文献|注|目次|目次（サイドバー）|" +
    "誓約|科目|担当教員|所属機関|日付|キーワード|学籍番号|場所・日付・署名|" +
    "注|ヒント|重要|警告|注意|リンク|脚注|本文に戻る|本文へ|完了|未完了|" +
    "データ|コード|行|行|このページの再生成|別形式|と|作成|" +
    "レポート|前へ|次へ|検索|見つかりません|ページが見つかりません|すべてのレポート|" +
    "テーマ：|自動|ライト|ダーク|コピー|コピーしました|選択しました|～",
};

const cache = new Map<string, Words>();

/** The words of a language (BCP 47); English where Heapbook has none. */
export function wordsOf(lang: string): Words {
  const [language = "en"] = lang.toLowerCase().split("-", 1);
  const known = Object.hasOwn(LANGUAGES, language) ? language : "en";
  const cached = cache.get(known);
  if (cached !== undefined) return cached;
  const texts = (LANGUAGES[known] ?? "").split("|");
  const words = Object.fromEntries(KEYS.map((key, index) => [key, texts[index] ?? ""])) as unknown as Words;
  cache.set(known, words);
  return words;
}

/** Languages that have words. */
export const LANGUAGES_WITH_WORDS: readonly string[] = Object.keys(LANGUAGES);

/** Titles that authors give the list of references, by language, separated by bars. */
const REFERENCES_TITLES: Readonly<Record<string, string>> = {
  en: "References|Bibliography|Works cited|Literature|Literature cited|Reference list|Sources",
  de: "Literatur|Literaturverzeichnis|Quellen|Quellenverzeichnis|Literatur und Quellen|Quellen und Literatur|Literaturangaben|Bibliografie|Bibliographie|Referenzen",
  fr: "Références|Références bibliographiques|Bibliographie|Sources|Ouvrages cités|Littérature",
  es: "Referencias|Referencias bibliográficas|Bibliografía|Fuentes|Obras citadas",
  it: "Riferimenti bibliografici|Riferimenti|Bibliografia|Fonti|Opere citate",
  pt: "Referências|Referências bibliográficas|Bibliografia|Fontes|Obras citadas",
  pl: "Bibliografia|Literatura|Źródła|Spis literatury|Piśmiennictwo",
  nl: "Referenties|Literatuur|Literatuurlijst|Bronnen|Bronnenlijst|Bibliografie",
  zh: "参考文献|参考资料|参考书目|引用文献",
  ja: "参考文献|引用文献|文献|参考資料",
};

/** Titles of a section that gets the list of references: the usual ones of a language (BCP 47), then those of English. */
export function referencesTitles(lang: string): readonly string[] {
  const [language = "en"] = lang.toLowerCase().split("-", 1);
  const own = Object.hasOwn(REFERENCES_TITLES, language) ? (REFERENCES_TITLES[language] ?? "") : "";
  return [...new Set(`${own}|${REFERENCES_TITLES["en"] ?? ""}`.split("|"))].filter((title) => title !== "");
}
